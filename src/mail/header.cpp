// SPDX-License-Identifier: MIT
#include "mail/header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "sys/fd.hpp"

namespace mail {
namespace {

constexpr std::string_view input = "standard input";
constexpr std::size_t block_bytes = 1 << 16;

/// Where the empty line stands that ends the header; npos where it has not come yet. Lines end with LF or CR LF.
std::size_t find_empty_line(const std::string& text) {
  std::size_t line = 0;
  for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', line)) {
    if (end == line || (end == line + 1 && text[line] == '\r')) return line;
    line = end + 1;
  }
  return std::string::npos;
}

/// Whether `text` begins with the line that an mbox has before each message, not with the field of that name: blanks
/// may stand before its colon (RFC 5322, 4.5.2).
bool begins_with_mbox_line(std::string_view text) {
  if (!text.starts_with("From ")) return false;
  const auto word = text.find_first_not_of(" \t", 5);
  return word == std::string_view::npos || text[word] != ':';
}

void drop_rest(int fd) {
  std::string block(block_bytes, '\0');
  std::size_t dropped = 0;
  while (dropped < max_body) {
    const std::size_t got = sys::read_some(fd, block.data(), block.size(), input);
    if (got == 0) return;
    dropped += got;
  }
}

}  // namespace

std::string read_header(int fd) {
  std::string text;
  std::size_t end = std::string::npos;
  for (bool more = true; more && end == std::string::npos;) {
    more = sys::read_onto(text, fd, block_bytes, input) > 0;
    end = find_empty_line(text);
    if (std::min(end, text.size()) > max_header) {
      throw std::runtime_error(fmt::format("cannot read the message: its header is longer than {} bytes", max_header));
    }
  }
  if (end != std::string::npos) {
    text.resize(end);
    drop_rest(fd);
  }
  if (begins_with_mbox_line(text)) text.erase(0, std::min(text.find('\n'), text.size() - 1) + 1);
  return text;
}

}  // namespace mail
