// SPDX-License-Identifier: MIT
#include "mail/address.hpp"

#include <algorithm>

namespace mail {
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

enum class Form { none, local, whole };

Form form_of(std::string_view text) {
  char closes = '\0';  // what ends the quoted string or the domain literal that has begun
  bool is_quoted = false;
  bool has_word = false;  // since the beginning, or since the @
  bool has_at = false;
  for (const char c : text) {
    if (is_control(c)) return Form::none;
    if (c == '@' && closes == '\0') {
      if (has_at || !has_word) return Form::none;
      has_at = true;
      has_word = false;
      continue;
    }
    if (is_quoted) is_quoted = false;
    else if (closes != '\0' && c == '\\') is_quoted = true;
    else if (closes != '\0') closes = c == closes ? '\0' : closes;
    else if (c == '"' && !has_at) closes = c;
    else if (c == '[' && has_at && !has_word) closes = ']';
    else if (c != '.' && !is_atom_character(c)) return Form::none;
    has_word = has_word || c != '.';
  }
  if (!has_word || closes != '\0') return Form::none;
  return has_at ? Form::whole : Form::local;
}

}  // namespace

bool is_address(std::string_view text) { return form_of(text) != Form::none; }

bool has_domain(std::string_view text) { return form_of(text) == Form::whole; }

bool is_same_address(std::string_view one, std::string_view other) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
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

}  // namespace mail
