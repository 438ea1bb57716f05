// SPDX-License-Identifier: MIT
// What all formats print: records, which end alike, and text that stays within one.
#pragma once

#include <string>
#include <string_view>

namespace client {

/// What all records of one output have in common.
struct Style {
  char end = '\n';      // ends a record: LF or NUL
  bool colour = false;  // for a terminal
};

/// Appends plain text so that it stays in its line and its column: LF, CR and TAB as their escapes. A backslash stands
/// for itself, as in the arguments of the client.
void append_in_line(std::string& out, std::string_view text);

/// Appends plain text as a record: append_in_line(), or raw where records end with NUL.
void append_record(std::string& out, std::string_view text, const Style& style);

}  // namespace client
