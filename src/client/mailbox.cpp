// SPDX-License-Identifier: MIT
#include "client/mailbox.hpp"

namespace client {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

/// Whether `c` may stand in a word of a phrase (atext); every byte of a character beyond ASCII may (RFC 6532).
bool is_atom_character(char c) {
  return !is_control(c) && std::string_view(" \"(),.:;<>@[\\]").find(c) == std::string_view::npos;
}

/// Words of atom characters with single spaces between them, and nothing that looks like an encoded word (RFC 2047).
bool is_phrase(std::string_view name) {
  bool begun = false;
  for (const char c : name) {
    if (c == ' ' ? !begun : !is_atom_character(c)) return false;
    begun = c != ' ';
  }
  return begun && name.find("=?") == std::string_view::npos;
}

void append_display_name(std::string& out, std::string_view name) {
  if (is_phrase(name)) {
    out.append(name);
    return;
  }
  out.push_back('"');
  for (const char c : name) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(is_control(c) ? ' ' : c);
  }
  out.push_back('"');
}

/// What a person needs to know to choose among the addresses of several people.
std::string info_of(const Entry& entry, const Field& email) {
  std::string info;
  const auto add = [&](std::string_view text) {
    if (!info.empty() && !text.empty()) info.append(", ");
    append_in_line(info, text);
  };
  if (const auto dot = email.label.find('.'); dot != std::string::npos)
    add(std::string_view(email.label).substr(dot + 1));
  for_each_value(entry, "org", add);
  add(entry.plain[2]);
  return info;
}

template <typename Take>
void for_each_address(const Entry& entry, Take take) {
  for (const auto& field : entry.fields) {
    if (protocol::covers("email", field.label) && is_address(field.value)) take(field);
  }
}

}  // namespace

bool is_address(std::string_view value) {
  char closes = '\0';  // what ends the quoted string or the domain literal that has begun
  bool is_quoted = false;
  bool has_word = false;  // since the beginning, or since the @
  bool has_at = false;
  for (const char c : value) {
    if (is_control(c)) return false;
    if (c == '@' && closes == '\0') {
      if (has_at || !has_word) return false;
      has_at = true;
      has_word = false;
      continue;
    }
    has_word = has_word || c != '.';
    if (is_quoted) is_quoted = false;
    else if (closes != '\0' && c == '\\') is_quoted = true;
    else if (closes != '\0') closes = c == closes ? '\0' : closes;
    else if (c == '"' || c == '[') closes = c == '"' ? '"' : ']';
    else if (c != '.' && !is_atom_character(c)) return false;
  }
  return has_word && closes == '\0';
}

void append_address(std::string& out, const Entry& entry, const Style& style) {
  for_each_address(entry, [&](const Field& email) {
    out.append(email.value).push_back('\t');
    append_in_line(out, entry.name);
    out.append("\t").append(info_of(entry, email)).push_back(style.end);
  });
}

void append_mailbox(std::string& out, const Entry& entry, const Style& style) {
  for_each_address(entry, [&](const Field& email) {
    append_display_name(out, entry.name);
    out.append(" <").append(email.value).append(">").push_back(style.end);
  });
}

}  // namespace client
