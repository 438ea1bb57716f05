// SPDX-License-Identifier: MIT
// A client's end of a conversation: requests go out and replies come in at the same time, so that neither side ever
// waits for the other to read (a client that only wrote could block with the server's replies unread: a deadlock).
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/limits.hpp"
#include "sys/fd.hpp"

namespace transport {

/// No line of a reply of protocol 1 comes near: whoever sends a longer one is no server of it.
inline constexpr std::size_t longest_reply = 4 * protocol::max_line;

/// The server has ended the conversation before every request was answered.
class ServerGone : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "the server closed the stream"; }
};

/// The server on the descriptors of UCSPI: replies on 6, requests to 7. Owns both.
class Link {
 public:
  /// Null where there is no server: PROTO is not set, or a descriptor is not open.
  static std::unique_ptr<Link> inherited();

  ~Link() { close_requests(); }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// More request bytes, appended to `requests`; false when there are no more. It is called when the bytes
  /// that it gave before are sent, and, with an `input`, when that descriptor can be read without waiting.
  using Produce = std::function<bool(std::string& requests)>;
  /// Takes reply bytes off the front: all of them, or with an `output`, as many as that takes without waiting. False
  /// ends the conversation.
  using Consume = std::function<bool(std::string_view& replies)>;

  /// The descriptors that `produce` reads and `consume` writes, where they may have to wait for these; otherwise -1.
  struct Ends {
    int input = -1;
    int output = -1;
  };

  enum class End { consumed, server_closed };
  /// Talks until `consume` says that it has enough, or the server closes. Once there is nothing more to send, the
  /// requests' direction is closed.
  End talk(const Ends& ends, const Produce& produce, const Consume& consume);

  /// Whether the server is at the other end of a socket, so that nobody here sees how it ends. (Over pipes, who joined
  /// us to it does, and it may be any program.)
  [[nodiscard]] bool is_socket() const { return sys::is_socket(from_.get()); }

  /// Whether everything that produce gave has gone out, and the server was told that it was all.
  [[nodiscard]] bool has_sent_all() const { return sent_all_; }

  /// Sends one request line with its line end; returns the reply line without. Throws ServerGone,
  /// std::runtime_error for a reply that is too long, std::system_error.
  std::string ask(std::string request);
  /// The next line of a reply that has more than the one that ask() returned. Throws the same.
  std::string read_reply();

 private:
  Link(sys::Fd from, sys::Fd to);
  void send_some(std::string& requests, std::size_t& sent);
  void end_requests();
  /// Restores how the descriptor was, since other programs that have it may use it next.
  void close_requests();
  /// Appends to unread_, and drops what is taken of it. False when the server has closed. Throws std::runtime_error.
  bool read_more();

  sys::Fd from_;
  sys::Fd to_;
  int flags_;            // of to_, as they were
  bool sending_ = true;  // until the server no longer reads, or there is nothing more to send
  bool sent_all_ = false;
  std::string unread_;     // replies, read while a request went out, or beyond a line that was asked for
  std::size_t taken_ = 0;  // of unread_
};

}  // namespace transport
