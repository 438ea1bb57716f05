// SPDX-License-Identifier: MIT
// The canonical form: the one spelling of a name or an entry in the store and in replies. Text that is canonical
// already, as most is, is returned as it came; other text is rewritten into `memory`.
#pragma once

#include <memory_resource>
#include <string_view>

namespace protocol {

/// A copy of `text` that lives as long as `memory`.
std::string_view keep(std::string_view text, std::pmr::memory_resource& memory);

/// The canonical form of an escaped name (valid UTF-8, no bad escape; commas and colons may stand raw): NFC, and
/// backslash, LF, CR, TAB, comma and colon escaped.
std::string_view canonical_name(std::string_view name, std::pmr::memory_resource& memory);

/// The canonical form of a line of escaped fields (no bad escape) with raw commas between them: colons are not escaped.
std::string_view canonical_entry(std::string_view entry, std::pmr::memory_resource& memory);

}  // namespace protocol
