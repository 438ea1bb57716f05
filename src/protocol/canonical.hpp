// SPDX-License-Identifier: MIT
// The canonical form: the one spelling that a name or an entry has as a key, in the store and in a reply. Texts that
// are canonical already, as most are, are returned as they came; the others are written into `memory`.
#pragma once

#include <memory_resource>
#include <string_view>

namespace protocol {

/// A copy of `text` that lives as long as `memory`.
std::string_view keep(std::string_view text, std::pmr::memory_resource& memory);

/// The canonical form of an escaped name (valid UTF-8, no bad escape; commas and colons may stand raw): NFC, and
/// backslash, LF, CR, TAB, comma and colon escaped.
std::string_view canonical_name(std::string_view name, std::pmr::memory_resource& memory);

/// The canonical form of a line of escaped fields (no bad escape) with raw commas between: a colon is not escaped.
std::string_view canonical_entry(std::string_view entry, std::pmr::memory_resource& memory);

}  // namespace protocol
