// SPDX-License-Identifier: MIT
#include "server/connection.hpp"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "protocol/reply.hpp"

namespace server {
namespace {

using std::chrono::seconds;

constexpr seconds time_for_a_line{30};
constexpr seconds time_for_a_reader{30};
constexpr seconds time_to_linger{1};
/// A reply buffer larger than this is freed once sent.
constexpr std::size_t kept_capacity = 1 << 16;

}  // namespace

Connection::Connection(sys::Fd fd, Peer peer, Clock::time_point now)
    : fd_(std::move(fd)),
      peer_(std::move(peer)),
      active_(now),
      partial_since_(now),
      progress_(now),
      lingering_since_(now) {}

bool Connection::has_work() {
  return state_ == State::open && !session.said_bye && session.replies.empty() && !session.lines.requests().empty();
}

bool Connection::wants_input() {
  if (state_ == State::lingering) return true;
  return state_ == State::open && !input_ended_ && !session.said_bye && session.replies.empty() &&
         session.lines.requests().empty();
}

void Connection::receive(Clock::time_point now) {
  if (state_ == State::lingering) return drop_input();
  if (!wants_input()) return;
  const bool had_partial = session.lines.has_partial_line();
  auto got = Lines::ReadResult::reset;
  try {
    got = session.lines.read_from(fd_.get());
  } catch (const std::system_error&) {
    // An error on one connection ends only that one.
  }
  if (got == Lines::ReadResult::nothing_yet) return;
  active_ = now;
  peer_sent_eof_ = got != Lines::ReadResult::more;
  input_ended_ = peer_sent_eof_;
  spoke_http_ = session.speaks_http();
  if (spoke_http_) state_ = State::closed;
  if (spoke_http_) return;
  if (got == Lines::ReadResult::end) session.lines.finish();
  if (!had_partial || !session.lines.requests().empty()) partial_since_ = now;
}

void Connection::drop_input() {
  std::array<char, 1 << 14> dropped;
  const ssize_t got = recv(fd_.get(), dropped.data(), dropped.size(), MSG_DONTWAIT);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) state_ = State::closed;
}

void Connection::send(Clock::time_point now) {
  if (state_ != State::open) return;
  std::string& replies = session.replies;
  if (!replies.empty()) {
    if (!std::exchange(has_replies_, true)) progress_ = now;
    const ssize_t put = ::send(fd_.get(), replies.data() + sent_, replies.size() - sent_, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put < 0 && errno != EAGAIN && errno != EINTR) state_ = State::closed;  // the reader has gone
    if (put > 0) {
      sent_ += static_cast<std::size_t>(put);
      progress_ = active_ = now;
    }
    if (sent_ < replies.size() && progress_ == now) unread_ = unread();
  }
  if (has_replies_ && sent_ == replies.size()) {
    has_replies_ = false;
    partial_since_ = now;
    sent_ = 0;
    replies.clear();
    if (replies.capacity() > kept_capacity) replies.shrink_to_fit();
  }
  end_when_done(now);
}

/// Bytes that the kernel holds for the client.
int Connection::unread() const {
  int bytes = 0;
  return ioctl(fd_.get(), SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

/// A slow reader may read for long until there is so much room that the kernel asks us for more.
void Connection::catch_up(Clock::time_point now) {
  receive(now);
  send(now);
  if (!wants_to_send() || unread() >= unread_) return;
  progress_ = now;
  unread_ = unread();
}

void Connection::end_when_done(Clock::time_point now) {
  if (state_ != State::open || !session.replies.empty()) return;
  const bool answered = session.said_bye || (input_ended_ && session.lines.requests().empty());
  if (!answered) return;
  lingering_since_ = now;
  state_ = peer_sent_eof_ || shutdown(fd_.get(), SHUT_WR) != 0 ? State::closed : State::lingering;
}

void Connection::dismiss(std::string_view why) {
  protocol::reply_error(session.replies, why);
  session.said_bye = true;
}

std::optional<Connection::Deadline> Connection::deadline(seconds idle_timeout) {
  if (state_ == State::lingering) return Deadline{lingering_since_ + time_to_linger, ""};
  if (wants_to_send()) return Deadline{progress_ + time_for_a_reader, "does not read its replies"};
  if (!wants_input()) return std::nullopt;
  if (session.lines.has_partial_line()) return Deadline{partial_since_ + time_for_a_line, "does not finish its line"};
  if (idle_timeout > seconds::zero()) return Deadline{active_ + idle_timeout, "idle"};
  return std::nullopt;
}

}  // namespace server
