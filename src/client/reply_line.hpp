// SPDX-License-Identifier: MIT
// A reply line as a client reads it: no control characters, and the two parts of an entry.
#pragma once

#include <optional>
#include <string_view>

namespace client {

/// A data line `NAME : ENTRY`, both in canonical form.
struct DataLine {
  std::string_view name;
  std::string_view entry;
};

/// The parts of `line`, or nothing where it is no data line: this has its first unescaped colon inside " : ".
std::optional<DataLine> parse_data_line(std::string_view line);

/// No reply has a control character, and none may reach a terminal. Throws std::runtime_error for one that has.
void refuse_control_characters(std::string_view line);

/// Throws std::runtime_error with the beginning of a line that no server of the protocol sends.
[[noreturn]] void throw_not_understood(std::string_view line);

}  // namespace client
