// SPDX-License-Identifier: MIT
#include "transport/stdio.hpp"

#include <string>

#include "sys/fd.hpp"
#include "sys/signals.hpp"
#include "transport/lines.hpp"

namespace transport {
namespace {

constexpr int input = 0;
constexpr int output = 1;
/// A pipe of this size lets a client that sends ahead make large batches.
constexpr std::size_t pipe_bytes = 1 << 20;

/// Runs every request at hand, as many batches as the limit of unread replies makes of them. False when the
/// conversation is over.
bool answer(book::Book& book, Lines& lines, std::string& replies) {
  while (!lines.requests().empty()) {
    book::Share share{.requests = lines.requests(), .replies = replies};
    book.run({&share, 1});
    lines.answered(share.answered);
    if (!sys::write_all(output, replies, "standard output")) return false;
    replies.clear();
    if (share.ended || book.failed()) return false;
  }
  return true;
}

}  // namespace

bool serve_stdio(book::Book& book) {
  const sys::StopSignals stop;
  sys::widen_pipe(input, pipe_bytes);
  Lines lines;
  std::string replies;
  bool more = true;
  while (more && sys::wait_for_input(input, stop)) {
    more = lines.read_from(input);
    lines.understand(!more);
    more = answer(book, lines, replies) && more;
  }
  return !book.failed();
}

}  // namespace transport
