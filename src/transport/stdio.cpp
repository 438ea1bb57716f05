// SPDX-License-Identifier: MIT
#include "transport/stdio.hpp"

#include <poll.h>

#include <array>
#include <cerrno>

#include "sys/error.hpp"
#include "sys/fd.hpp"
#include "sys/signals.hpp"
#include "transport/session.hpp"
#include "transport/socket.hpp"

namespace transport {
namespace {

constexpr int input = 0;
constexpr int output = 1;
/// A pipe of this size lets a client that sends ahead make large batches.
constexpr std::size_t pipe_bytes = 1 << 20;
constexpr std::size_t block_bytes = 1 << 16;
/// What a client may send ahead while it reads no reply: some millions of requests.
constexpr std::size_t most_ahead = 1 << 28;

/// Standard input, read ahead while replies wait for a reader. A client that sends all its requests before it reads the
/// first reply would else wait for us while we wait for it.
class Input {
 public:
  [[nodiscard]] bool is_ahead() const { return !left().empty(); }
  [[nodiscard]] bool can_go_ahead() const { return !ended_ && left().size() < most_ahead; }

  void go_ahead() {
    if (!is_ahead()) {
      ahead_.clear();
      taken_ = 0;
    }
    const std::size_t old = ahead_.size();
    ahead_.resize(old + block_bytes);
    const std::size_t got = sys::read_some(input, ahead_.data() + old, block_bytes, "standard input");
    ahead_.resize(old + got);
    ended_ = got == 0;
  }

  Lines::Input read_into(Lines& lines) {
    if (!is_ahead()) return ended_ ? Lines::Input::end : lines.read_from(input);
    std::string_view bytes = left();
    lines.take_from(bytes);
    taken_ = ahead_.size() - bytes.size();
    return Lines::Input::more;
  }

 private:
  [[nodiscard]] std::string_view left() const { return std::string_view(ahead_).substr(taken_); }

  std::string ahead_;
  std::size_t taken_ = 0;  // of ahead_
  bool ended_ = false;
};

/// Sends all replies, and goes ahead with the input when their reader keeps us waiting. False when it has gone.
bool send(std::string_view replies, Input& requests, bool can_block) {
  if (!can_block) return sys::write_all(output, replies, "standard output");
  while (!replies.empty()) {
    std::array<pollfd, 2> ready{{{output, POLLOUT, 0}, {requests.can_go_ahead() ? input : -1, POLLIN, 0}}};
    if (poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR) sys::fail("cannot wait for standard output");
    if (ready[0].revents != 0) {
      if (!sys::write_some(output, replies, "standard output")) return false;
    } else if (ready[1].revents != 0) {
      requests.go_ahead();
    }
  }
  return true;
}

}  // namespace

bool serve_stdio(book::Book& book, bool read_only) {
  const sys::StopSignals stop;
  const bool can_block = sys::can_block(output);
  sys::widen_pipe(input, pipe_bytes);
  Input requests;
  Session session;
  session.read_only = read_only;

  bool open = true;
  while (open && (requests.is_ahead() || sys::wait_for_input(input, stop))) {
    const auto got = requests.read_into(session.lines);
    session.lines.understand(got == Lines::Input::end);
    open = got == Lines::Input::more || got == Lines::Input::nothing_yet;
    while (!session.lines.requests().empty()) {
      book::Share share = session.share();
      book.run({&share, 1});
      session.settle(share);
      const bool sent = send(session.replies, requests, can_block);
      session.replies.clear();
      if (!sent || session.said_bye || book.failed()) {
        open = false;
        break;
      }
    }
  }
  close_gently(output);
  return !book.failed();
}

}  // namespace transport
