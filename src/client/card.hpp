// SPDX-License-Identifier: MIT
// An entry as a block that a person reads, and that a program can read back: one line `LABEL: VALUE` per field.
#pragma once

#include <string>

#include "client/entry.hpp"
#include "client/record.hpp"

namespace client {

/// `name: ...` first, then the fields that have a value under key_of(), the values in one column. Backslash, LF, CR and
/// TAB are escaped, so a line is a field; no label has a colon. A field without a label begins with the colon.
void append_card(std::string& out, const Entry& entry, const Style& style);

/// A card without colour that has every field, and the first four in any case, even when they are empty: to be filled
/// in.
void append_form(std::string& out, const Entry& entry);

}  // namespace client
