// SPDX-License-Identifier: MIT
#include "client/card.hpp"

#include <algorithm>
#include <vector>

#include "protocol/escape.hpp"

namespace client {
namespace {

struct Line {
  std::string key;
  std::string_view value;
};

/// Values beside a longer label stand on their own: otherwise one such label would widen every line.
constexpr std::size_t widest_column = 24;

constexpr std::string_view bold = "\033[1m";
constexpr std::string_view cyan = "\033[36m";
constexpr std::string_view usual = "\033[0m";

std::vector<Line> lines_of(const Entry& entry, bool with_empty) {
  std::vector<Line> lines{{"name", entry.name}};
  for (std::size_t i = 0; i < entry.plain.size(); ++i) {
    if (with_empty || !entry.plain[i].empty())
      lines.push_back({std::string(protocol::plain_fields[i]), entry.plain[i]});
  }
  for (const auto& field : entry.fields) {
    if (with_empty || !field.value.empty()) lines.push_back({key_of(field), field.value});
  }
  return lines;
}

/// A label is ASCII, so its bytes are the columns that it takes on a terminal, and the values form one whatever they
/// are made of.
void append_lines(std::string& out, const std::vector<Line>& lines, bool colour) {
  std::size_t width = 0;
  for (const auto& line : lines) width = std::max(width, std::min(line.key.size(), widest_column));
  for (const auto& line : lines) {
    if (colour) out.append(cyan);
    out.append(line.key).push_back(':');
    if (colour) out.append(usual);
    if (line.value.empty()) {
      out.push_back('\n');
      continue;
    }
    out.append(width - std::min(line.key.size(), width) + 1, ' ');
    const bool is_name = &line == &lines.front();
    if (colour && is_name) out.append(bold);
    protocol::append_escaped(out, line.value, protocol::Place::line);
    if (colour && is_name) out.append(usual);
    out.push_back('\n');
  }
}

}  // namespace

void append_card(std::string& out, const Entry& entry, const Style& style) {
  append_lines(out, lines_of(entry, false), style.colour);
  if (style.end == '\0') out.push_back('\0');
}

void append_form(std::string& out, const Entry& entry) { append_lines(out, lines_of(entry, true), false); }

}  // namespace client
