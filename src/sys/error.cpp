// SPDX-License-Identifier: MIT
#include "sys/error.hpp"

#include <cerrno>
#include <system_error>

namespace sys {

void fail(const std::string& what, int code) {
  throw std::system_error(code, std::generic_category(), printable(what));
}

void fail(const std::string& what) { fail(what, errno); }

std::string printable(std::string text) {
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) c = '?';
  }
  return text;
}

}  // namespace sys
