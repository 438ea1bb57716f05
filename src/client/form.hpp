// SPDX-License-Identifier: MIT
// An entry as the text that a person edits: the lines of append_form(), and a comment below that says how.
#pragma once

#include <string>
#include <string_view>

#include "client/entry.hpp"

namespace client {

/// The text for `entry`.
std::string form_of(const Entry& entry);

/// The entry that an edited text means. `original` is the one that the text was made of: its name stays, what it has is
/// known, and values that only differ in blanks around them are its own. A field without a value is left out, unless
/// the original has it. Throws std::runtime_error "line N: reason", or for a text without fields.
Entry parse_form(std::string_view text, const Entry& original);

}  // namespace client
