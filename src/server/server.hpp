// SPDX-License-Identifier: MIT
// A server for many clients: one thread, epoll, and one batch for all requests that are ready, whoever sent them.
//
//   wait -> receive from every client that sent -> run one batch -> send to every client that was answered
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "book/book.hpp"
#include "server/access.hpp"
#include "server/connection.hpp"
#include "server/limits.hpp"
#include "server/listener.hpp"
#include "sys/signals.hpp"

namespace server {

/// Raises the soft limit on open descriptors to what this many clients need, as far as the hard limit allows.
void raise_descriptor_limit(std::size_t clients);

class Server {
 public:
  /// Does not own `book` and `access`. `verbose` logs every connection.
  Server(book::Book& book, const AccessList& access, const Limits& limits, bool verbose);

  /// Does not own the listener.
  void listen(Listener& listener);
  /// Takes over a connection that was accepted elsewhere.
  void adopt(sys::Fd fd);
  /// Serves until SIGTERM or SIGINT, until the book has failed or, without a listener, until the last connection has
  /// ended. Before it returns, it answers what was read, for up to 4 s. Throws std::runtime_error.
  void run();

 private:
  /// What we keep about one descriptor.
  struct Client {
    std::unique_ptr<Connection> connection;
    std::uint32_t watched = 0;    // events requested from epoll
    bool registered = false;      // with epoll
    bool counted = false;         // in admitted_
    bool touched = false;         // in touched_
    bool queued = false;          // in queue_
    std::size_t unsent = 0;       // bytes of replies, in unsent_
    bool waits_for_room = false;  // to run its next request, whose reply may be large
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
  void account(Client& client);
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
  std::size_t connections_ = 0;  // in clients_, including refused ones that linger
  ClientCount admitted_;
  std::vector<int> touched_;  // descriptors of clients to advance in this round
  std::vector<int> queue_;    // descriptors of clients whose next request can be run, in order of arrival
  std::size_t unsent_ = 0;    // bytes of replies, of all clients
  std::size_t waiting_ = 0;   // how many of queue_ wait for room
  // Used within one round; kept so that a round allocates nothing.
  std::vector<int> round_;
  std::vector<book::Share> shares_;
  std::vector<Connection*> owners_;
  bool accepting_ = true;
  bool out_of_room_ = false;  // out of descriptors or memory, and this was logged
  bool stopping_ = false;
  bool timed_ = false;  // whether some connection's time may run out
  Clock::time_point now_{};
  Clock::time_point next_check_{};
  Clock::time_point stop_deadline_{};
};

}  // namespace server
