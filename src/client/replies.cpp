// SPDX-License-Identifier: MIT
#include "client/replies.hpp"

#include <algorithm>
#include <stdexcept>

#include "protocol/limits.hpp"
#include "protocol/reply.hpp"
#include "sys/fd.hpp"

namespace client {
namespace {

/// No reply of protocol 1 comes near: whoever sends more is no server of it.
constexpr std::size_t longest_line = 4 * protocol::max_line;

}  // namespace

bool Replies::consume(std::string_view bytes) {
  std::string out;
  for (auto end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    if (begun_.empty()) {
      take(bytes.substr(0, end), out);
    } else {
      begun_.append(bytes.substr(0, end));
      take(begun_, out);
      begun_.clear();
    }
    bytes.remove_prefix(end + 1);
  }
  begun_.append(bytes);
  if (begun_.size() > longest_line) throw std::runtime_error("the server's reply is too long");
  return sys::write_all(1, out, "standard output");
}

void Replies::take(std::string_view line, std::string& out) {
  if (line.starts_with(protocol::error_prefix)) {
    complain(line, failed);
  } else if (line.starts_with(protocol::sorry_prefix)) {
    complain(line, not_found);
  } else if (verb_.reply == Reply::lines && !line.starts_with(protocol::found_prefix)) {
    out.append(line).push_back('\n');
    return;  // more of the same reply follow
  } else if (verb_.reply == Reply::lines) {
    if (line == "Found: 0" && verb_.none_is_a_miss) status_ = std::max(status_, not_found);
  } else {
    if (line.starts_with(protocol::entries_prefix)) line.remove_prefix(protocol::entries_prefix.size());
    out.append(line).push_back('\n');
  }
  ++complete_;
}

void Replies::complain(std::string_view line, Status status) {
  status_ = std::max(status_, status);
  // A standard error that nobody reads changes nothing about the answer.
  (void)sys::write_all(2, std::string(line).append("\n"), "standard error");
}

}  // namespace client
