// SPDX-License-Identifier: MIT
// One accepted client of a listening server: a session on a non-blocking socket, and how far it is from its end.
//
//   open --(end of input or bye; all answered, all sent)--> lingering --(other end closed, or 1 s)--> closed
//
// Whoever closes first says so and reads on (lingering): a socket that is closed with unread input resets the
// connection, and the last reply would be lost with it.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "sys/fd.hpp"
#include "transport/access.hpp"
#include "transport/session.hpp"
#include "transport/socket.hpp"

namespace transport {

using Clock = std::chrono::steady_clock;

class Connection {
 public:
  Connection(sys::Fd fd, Peer peer, Clock::time_point now);

  /// What one client can make us hold is bounded by the smallest buffer and one large reply.
  Session session{Lines::smallest_capacity};

  [[nodiscard]] int get() const { return fd_.get(); }
  [[nodiscard]] const Peer& peer() const { return peer_; }

  /// Takes what has come.
  void receive(Clock::time_point now);
  /// Sends what it can of the replies, and goes on to the end when there is nothing left to do.
  void send(Clock::time_point now);
  /// Nothing more is read. What was read is still answered, but for a line that has only begun.
  void end_input() { input_ended_ = true; }
  /// Says why it is not served, and nothing else.
  void dismiss(std::string_view why);

  [[nodiscard]] bool is_closed() const { return state_ == State::closed; }
  /// Whether a request can be run now: there is one, and its client has read the replies before.
  [[nodiscard]] bool has_work();
  [[nodiscard]] bool wants_input();
  /// Bytes of replies that it has not taken yet.
  [[nodiscard]] std::size_t unsent() const { return session.replies.size() - sent_; }
  [[nodiscard]] bool wants_to_send() const { return state_ == State::open && !session.replies.empty(); }

  struct Deadline {
    Clock::time_point at;
    std::string_view why;  // for the log; empty when it is nothing to tell
  };
  /// When it is to be closed unless something happens before. `idle_timeout` of zero is none.
  [[nodiscard]] std::optional<Deadline> deadline(std::chrono::seconds idle_timeout);
  /// Whether it was closed for its first line, which was no request but HTTP's.
  [[nodiscard]] bool spoke_http() const { return spoke_http_; }

 private:
  enum class State { open, lingering, closed };
  void end_when_done(Clock::time_point now);
  void drop_input();
  void check_first_line();

  sys::Fd fd_;
  Peer peer_;
  State state_ = State::open;
  bool input_ended_ = false;
  bool other_end_closed_ = false;
  bool first_line_seen_ = false;
  bool spoke_http_ = false;
  std::size_t sent_ = 0;          // bytes of session.replies
  Clock::time_point active_;      // when something last came
  Clock::time_point line_begun_;  // when the line began whose end has not come
  Clock::time_point progress_;    // when replies were last sent, or became ready to be
  Clock::time_point lingering_since_;
};

}  // namespace transport
