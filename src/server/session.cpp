// SPDX-License-Identifier: MIT
#include "server/session.hpp"

#include <algorithm>

namespace server {
namespace {

/// Whether `line` is "METHOD TARGET HTTP/VERSION".
bool is_http(std::string_view line) {
  const auto space = line.find(' ');
  const auto version = line.rfind(" HTTP/");
  return space != std::string_view::npos && space > 0 && version != std::string_view::npos && version >= space &&
         std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(space),
                     [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

bool Session::speaks_http() {
  if (first_line_seen_) return false;
  std::string_view text = lines.unread();
  text.remove_prefix(std::min(text.find_first_not_of("\r\n"), text.size()));
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return false;
  first_line_seen_ = true;
  return is_http(text.substr(0, end));
}

}  // namespace server
