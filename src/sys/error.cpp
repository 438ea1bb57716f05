// SPDX-License-Identifier: MIT
#include "sys/error.hpp"

#include <unistd.h>

#include <cerrno>
#include <exception>
#include <system_error>

namespace sys {

void fail(const std::string& what, int code) {
  throw std::system_error(code, std::generic_category(), printable(what));
}

void fail(const std::string& what) { fail(what, errno); }

namespace {

/// Returns the length of the UTF-8 character at the front of `text`, or 0 if it is malformed or a control character.
std::size_t printable_length(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return byte(0) >= 0x20 && byte(0) != 0x7F ? 1 : 0;
  const std::size_t length = byte(0) < 0xC2 ? 0 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : byte(0) < 0xF5 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool is_c1 = byte(0) == 0xC2 && byte(1) < 0xA0;
  const bool is_overlong = (byte(0) == 0xE0 && byte(1) < 0xA0) || (byte(0) == 0xF0 && byte(1) < 0x90);
  const bool is_no_character = (byte(0) == 0xED && byte(1) >= 0xA0) || (byte(0) == 0xF4 && byte(1) >= 0x90);
  return is_c1 || is_overlong || is_no_character ? 0 : length;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t length = printable_length(text);
    if (length == 0) shown.push_back('?');
    else shown.append(text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return shown;
}

std::string_view program_name() { return program_invocation_short_name; }

void complain(std::string_view line) noexcept try {
  const std::string text = printable(line) + "\n";
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t put = write(2, rest.data(), rest.size());
    if (put > 0) rest.remove_prefix(static_cast<std::size_t>(put));
    else if (errno != EINTR) return;
  }
} catch (const std::exception&) {
  // Out of memory, and nobody else to tell.
}

void warn(std::string_view text) noexcept try {
  complain(std::string(program_name()).append(": ").append(text));
} catch (const std::exception&) {
  complain(text);  // out of memory
}

}  // namespace sys
