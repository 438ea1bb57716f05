// SPDX-License-Identifier: MIT
// One accepted client of a listening server: a session on a non-blocking socket, and its state on the way to being
// closed.
//
//   open --(bye, or we read no more; all answered, all sent)--> lingering --(peer closed, or 1 s)--> closed
//   open --(peer closed; all answered, all sent)--> closed
//
// Before we close, we shut down our side and read on (lingering): closing a socket with unread input resets the
// connection, and the last reply would be lost.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "server/access.hpp"
#include "server/session.hpp"
#include "server/socket.hpp"
#include "sys/fd.hpp"

namespace server {

using Clock = std::chrono::steady_clock;

class Connection {
 public:
  Connection(sys::Fd fd, Peer peer, Clock::time_point now);

  /// Bounds what a client that does not read makes us hold: a thousand of them are to fit in 64 MB.
  Session session{{.bytes = Lines::smallest_capacity, .per_read = 24 << 10, .requests = 256}};

  [[nodiscard]] int get() const { return fd_.get(); }
  [[nodiscard]] const Peer& peer() const { return peer_; }

  /// Reads what has arrived.
  void receive(Clock::time_point now);
  /// Sends as much of the replies as it can, and starts to close when nothing is left to do.
  void send(Clock::time_point now);
  /// Reads nothing more; what was read is still answered, except an incomplete line.
  void end_input() { input_ended_ = true; }
  /// Refuses the client: replies with the error `why`, then closes.
  void dismiss(std::string_view why);

  [[nodiscard]] bool is_closed() const { return state_ == State::closed; }
  /// Whether a request is ready to run and all earlier replies have been sent.
  [[nodiscard]] bool has_work();
  [[nodiscard]] bool wants_input();
  /// Reply bytes not sent yet.
  [[nodiscard]] std::size_t unsent() const { return session.replies.size() - sent_; }
  [[nodiscard]] bool wants_to_send() const { return state_ == State::open && !session.replies.empty(); }

  struct Deadline {
    Clock::time_point at;
    std::string_view why;  // for the log; empty if not worth logging
  };
  /// To be called before a deadline is held against the client: what it has done since may not have been looked at yet.
  void catch_up(Clock::time_point now);
  /// When to close the connection unless something happens first. An `idle_timeout` of zero means none.
  [[nodiscard]] std::optional<Deadline> deadline(std::chrono::seconds idle_timeout);
  /// Whether it was closed because its first line was HTTP instead of a request.
  [[nodiscard]] bool spoke_http() const { return spoke_http_; }

 private:
  enum class State { open, lingering, closed };
  void end_when_done(Clock::time_point now);
  void drop_input();
  [[nodiscard]] int unread() const;

  sys::Fd fd_;
  Peer peer_;
  State state_ = State::open;
  bool input_ended_ = false;
  bool peer_sent_eof_ = false;
  bool spoke_http_ = false;
  bool has_replies_ = false;         // whether session.replies has been looked at, and not been sent whole
  std::size_t sent_ = 0;             // bytes of session.replies
  int unread_ = 0;                   // bytes in the kernel that the client had not read at progress_
  Clock::time_point active_;         // when bytes were last received or sent
  Clock::time_point partial_since_;  // when the incomplete line began, or could be read on
  Clock::time_point progress_;       // when replies were last sent or read, or became ready to send
  Clock::time_point lingering_since_;
};

}  // namespace server
