// SPDX-License-Identifier: MIT
// A server for many clients: one thread, epoll, and one batch for all requests that are ready, whoever sent them.
//
//   wait -> receive from every client that sent -> run one batch -> send to every client that was answered
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "book/book.hpp"
#include "sys/signals.hpp"
#include "transport/access.hpp"
#include "transport/connection.hpp"
#include "transport/limits.hpp"
#include "transport/listener.hpp"

namespace transport {

/// Raises the soft limit of descriptors to what this many clients need, as far as the hard limit goes.
void raise_descriptor_limit(std::size_t clients);

class Server {
 public:
  /// Does not own the book and the list. `verbose` logs every connection.
  Server(book::Book& book, const AccessList& access, const Limits& limits, bool verbose);

  /// Does not own the listener.
  void listen(Listener& listener);
  /// Takes a connection that somebody else accepted.
  void adopt(sys::Fd fd);
  /// Serves until SIGTERM or SIGINT, or, without a listener, until the last connection has ended. What was read is
  /// answered before it returns. Returns false after a change whose outcome is unknown. Throws std::runtime_error.
  bool run();

 private:
  /// What is kept about one descriptor.
  struct Client {
    std::unique_ptr<Connection> connection;
    std::uint32_t watched = 0;    // the events that epoll was asked for
    bool registered = false;      // with epoll
    bool counted = false;         // in clients_: it was admitted
    bool touched = false;         // in touched_
    bool queued = false;          // in queue_
    bool waits_for_room = false;  // before its next request, whose reply may be large
  };
  Client& client(int fd) { return clients_[static_cast<std::size_t>(fd)]; }

  int handle_events(int timeout);
  bool handle_event(int fd, std::uint32_t events);
  [[nodiscard]] int timeout() const;
  void accept_from(Listener& listener);
  void admit(sys::Fd fd);
  void touch(int fd);
  void enqueue(int fd);
  void run_batch();
  [[nodiscard]] bool has_room() const;
  void advance(Connection& connection);
  void watch(Connection& connection);
  bool watch(const Listener& listener);
  void unwatch(int fd);
  void remove(int fd);
  void expire();
  void check_soon();
  void stop();
  void give_up(Listener& listener);
  void pause_accepting();
  void resume_accepting();

  book::Book& book_;
  const AccessList& access_;
  Limits limits_;
  bool verbose_;
  sys::StopSignals stop_signals_;
  sys::Fd epoll_;
  std::vector<Listener*> listeners_;
  std::vector<Client> clients_;  // by descriptor
  std::size_t connections_ = 0;  // in clients_, refused ones that linger included
  ClientCount admitted_;
  std::vector<int> touched_;  // descriptors of clients to advance in this round
  std::vector<int> queue_;    // those of clients whose next request can be run, first come first
  std::size_t waiting_ = 0;   // of them, for room
  // Of one round, kept so that a round allocates nothing.
  std::vector<int> round_;
  std::vector<book::Share> shares_;
  std::vector<Connection*> owners_;
  bool accepting_ = true;
  bool out_of_room_ = false;  // and that was said
  bool stopping_ = false;
  bool timed_ = false;  // whether some connection's time may run out
  Clock::time_point now_{};
  Clock::time_point next_check_{};
  Clock::time_point stop_deadline_{};
};

}  // namespace transport
