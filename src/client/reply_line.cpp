// SPDX-License-Identifier: MIT
#include "client/reply_line.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "protocol/escape.hpp"

namespace client {
namespace {

/// C0, DEL, or C1 (U+0080 to U+009F are 0xC2 and then 0x80 to 0x9F): a reply has none, so that none reaches a terminal.
bool has_control_character(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    if (byte == 0xC2 && i + 1 < line.size() && static_cast<unsigned char>(line[i + 1]) < 0xA0) return true;
  }
  return false;
}

}  // namespace

std::optional<DataLine> parse_data_line(std::string_view line) {
  constexpr std::string_view separator = " : ";
  const auto colon = protocol::find_unescaped(line, ':');
  if (colon == std::string_view::npos || colon < 2) return std::nullopt;
  if (line.substr(colon - 1, separator.size()) != separator) return std::nullopt;
  return DataLine{line.substr(0, colon - 1), line.substr(colon + 2)};
}

void refuse_control_characters(std::string_view line) {
  if (has_control_character(line)) throw_not_understood(line);
}

void throw_not_understood(std::string_view line) {
  constexpr std::size_t most_shown = 64;
  throw std::runtime_error(fmt::format("the server's reply is not understood: {}", line.substr(0, most_shown)));
}

}  // namespace client
