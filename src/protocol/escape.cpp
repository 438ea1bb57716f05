// SPDX-License-Identifier: MIT
#include "protocol/escape.hpp"

namespace protocol {
namespace {

/// The letter that stands for `c` after a backslash, or 0 if `c` needs no escape.
char escape_letter(char c, Place place) {
  switch (c) {
    case '\\': return '\\';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case ',': return place != Place::line ? ',' : '\0';
    case ':': return place == Place::name ? ':' : '\0';
    default: return '\0';
  }
}

char plain_character(char letter) {
  switch (letter) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return letter;
  }
}

bool is_escape_letter(char letter) { return std::string_view("\\nrt,:").find(letter) != std::string_view::npos; }

}  // namespace

void append_escaped(std::string& out, std::string_view text, Place place) {
  for (const char c : text) {
    const char letter = escape_letter(c, place);
    if (letter != '\0') out.push_back('\\');
    out.push_back(letter != '\0' ? letter : c);
  }
}

std::optional<std::string_view> bad_escape(std::string_view text) {
  for (auto at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at + 2)) {
    if (at + 1 == text.size()) return text.substr(at);
    if (!is_escape_letter(text[at + 1])) return text.substr(at, 1 + character_length(text[at + 1]));
  }
  return std::nullopt;
}

std::string unescape(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    plain.push_back(text[i] == '\\' ? plain_character(text[++i]) : text[i]);
  }
  return plain;
}

std::size_t find_unescaped(std::string_view text, char wanted, std::size_t start) {
  const auto first = text.find(wanted, start);
  if (first == std::string_view::npos || first == start || text[first - 1] != '\\') return first;  // the usual case
  for (std::size_t i = start; i < text.size(); ++i) {
    if (text[i] == wanted) return i;
    if (text[i] == '\\') ++i;
  }
  return std::string_view::npos;
}

std::string_view cut(std::string_view text, std::size_t limit) {
  std::size_t end = 0;
  while (end < text.size()) {
    const std::size_t start = text[end] == '\\' && end + 1 < text.size() ? end + 1 : end;
    const std::size_t next = start + character_length(text[start]);
    if (next > limit) break;
    end = next;
  }
  return text.substr(0, end);
}

std::size_t character_length(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte < 0xC0) return 1;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

}  // namespace protocol
