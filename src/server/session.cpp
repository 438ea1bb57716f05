// SPDX-License-Identifier: MIT
#include "server/session.hpp"

#include <algorithm>
#include <string_view>

#include "protocol/limits.hpp"

namespace server {
namespace {

/// Whether `line` begins with "METHOD ", as no request does.
bool has_method(std::string_view line) {
  const auto method = line.substr(0, line.find(' '));
  return !method.empty() && method.size() < line.size() &&
         std::all_of(method.begin(), method.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// Whether `line` is "METHOD TARGET HTTP/VERSION".
bool is_http(std::string_view line) { return has_method(line) && line.find(" HTTP/") != std::string_view::npos; }

}  // namespace

bool Session::speaks_http() {
  if (first_line_seen_) return false;
  std::string_view text = lines.unread();
  text.remove_prefix(std::min(text.find_first_not_of("\r\n"), text.size()));
  const auto end = text.find('\n');
  const bool is_whole = end != std::string_view::npos;
  if (!is_whole && text.size() <= protocol::max_line) return false;
  first_line_seen_ = true;
  // A line that is too long is dropped, and with it the version at its end.
  return is_whole && end <= protocol::max_line ? is_http(text.substr(0, end)) : has_method(text);
}

}  // namespace server
