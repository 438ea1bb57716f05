// SPDX-License-Identifier: MIT
#include "server/stdio.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <array>
#include <cerrno>

#include "server/log.hpp"
#include "server/session.hpp"
#include "server/socket.hpp"
#include "sys/error.hpp"
#include "sys/fd.hpp"
#include "sys/signals.hpp"

namespace server {
namespace {

constexpr int input = 0;
constexpr int output = 1;
/// A pipe this large lets a client that sends ahead make large batches.
constexpr std::size_t pipe_bytes = 1 << 20;
constexpr std::size_t block_bytes = 1 << 16;
constexpr std::size_t typical_request_bytes = 20;
/// A guess: a program that has filled a pipe will fill it a few more times.
constexpr std::size_t pipes_to_come = 4;
/// How far a client may send ahead without reading replies: some millions of requests.
constexpr std::size_t most_ahead = 1 << 28;

/// Reads standard input ahead while replies wait for their reader. Otherwise a client that sends all its requests
/// before it reads the first reply would wait for us while we wait for it.
class ReadAhead {
 public:
  /// A file is not read ahead: it has no sender that could be kept waiting.
  ReadAhead() : ended_ahead_(sys::is_file(input)) {}

  [[nodiscard]] bool has_buffered() const { return !left().empty(); }
  [[nodiscard]] bool can_read_ahead() const { return !ended_ahead_ && left().size() < most_ahead; }

  void read_ahead() {
    if (taken_ > ahead_.size() / 2) {
      ahead_.erase(0, taken_);
      taken_ = 0;
    }
    ended_ahead_ = ended_ = sys::read_onto(ahead_, input, block_bytes, "standard input") == 0;
  }

  Lines::ReadResult read_into(Lines& lines) {
    if (!has_buffered()) return ended_ ? Lines::ReadResult::end : lines.read_from(input);
    std::string_view bytes = left();
    lines.take_from(bytes);
    taken_ = ahead_.size() - bytes.size();
    return Lines::ReadResult::more;
  }

 private:
  [[nodiscard]] std::string_view left() const { return std::string_view(ahead_).substr(taken_); }

  std::string ahead_;
  std::size_t taken_ = 0;  // bytes of ahead_ already used
  bool ended_ = false;     // seen while reading ahead
  bool ended_ahead_;       // nothing more can be read ahead
};

/// Sends all replies, reading ahead while their reader keeps us waiting. Returns false if it has gone.
bool send(std::string_view replies, sys::Outlet& reader, ReadAhead& requests) {
  while (true) {
    if (!requests.can_read_ahead()) return reader.write_all(replies);
    if (!reader.write_now(replies)) return false;
    if (replies.empty()) return true;
    std::array<pollfd, 2> ready{{{reader.get(), POLLOUT, 0}, {input, POLLIN, 0}}};
    if (poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR) sys::fail("cannot wait for standard output");
    if (ready[0].revents == 0 && ready[1].revents != 0) requests.read_ahead();
  }
}

/// Estimates how many more requests will come. A full batch means that they come from a file, whose remaining size
/// tells, or from a program that fills the pipe faster than we read it.
std::size_t expected(const Lines& lines) {
  if (!lines.is_batch_full()) return 0;
  const std::size_t known = (lines.unread().size() + sys::bytes_waiting(input)) / typical_request_bytes;
  return sys::is_file(input) ? known : known * pipes_to_come;
}

void wait_for_input() {
  pollfd ready{input, POLLIN, 0};
  poll(&ready, 1, -1);
}

}  // namespace

void serve_stdio(book::Book& book, bool read_only) {
  sys::end_input_at_stop(input);
  sys::widen_pipe(input, pipe_bytes);
  sys::Outlet reader(output, "standard output");
  ReadAhead requests;
  Session session({.bytes = pipe_bytes, .per_read = pipe_bytes, .requests = 2048});
  session.read_only = read_only;

  const bool is_socket = kind_of(input) == SocketKind::connected;
  bool open = true;
  while (open) {
    const auto got = requests.read_into(session.lines);
    if (is_socket && session.speaks_http()) {
      log(peer_of(input), "closed: it speaks HTTP");
      break;
    }
    if (got == Lines::ReadResult::nothing_yet) wait_for_input();
    if (got == Lines::ReadResult::end && !sys::was_stopped()) session.lines.finish();
    open = got == Lines::ReadResult::more || got == Lines::ReadResult::nothing_yet;
    while (!session.lines.requests().empty()) {
      book::Share share = session.share();
      share.expected = expected(session.lines);
      book.run({&share, 1});
      session.settle(share);
      const bool sent = send(session.replies, reader, requests);
      session.replies.clear();
      if (!sent || session.said_bye || !book.failure().empty()) {
        open = false;
        break;
      }
    }
  }
  close_gently(output);
}

}  // namespace server
