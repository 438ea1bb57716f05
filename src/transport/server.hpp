// SPDX-License-Identifier: MIT
// A server for many clients: one thread, epoll, and one batch for all requests that are ready, whoever sent them.
//
//   wait -> receive from every client that sent -> run one batch -> send to every client that was answered
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "book/book.hpp"
#include "sys/signals.hpp"
#include "transport/access.hpp"
#include "transport/connection.hpp"
#include "transport/listener.hpp"

namespace transport {

struct Limits {
  std::size_t max_clients = 1024;
  std::size_t max_per_user = 512;
  std::chrono::seconds idle_timeout{0};  // none
};

/// Raises the soft limit of descriptors to what so many clients need, as far as the hard limit goes.
void raise_descriptor_limit(std::size_t clients);

class Server {
 public:
  /// `verbose` logs every connection. The listeners stay the caller's.
  Server(book::Book& book, const AccessList& access, const Limits& limits, bool verbose);

  void listen(Listener& listener);
  /// A connection that somebody else accepted.
  void adopt(sys::Fd fd);
  /// Serves until SIGTERM or SIGINT, or, without a listener, until the last connection has ended. What was read is
  /// answered before it returns. False after a change whose outcome is unknown. Throws std::runtime_error.
  bool run();

 private:
  void accept_from(Listener& listener);
  void admit(sys::Fd fd);
  [[nodiscard]] std::string_view refusal(const Peer& peer, Right right) const;
  bool handle(int fd, std::uint32_t events);
  void run_batch();
  void tend(Connection& connection);
  void watch(Connection& connection);
  void remove(int fd);
  void expire();
  void stop();
  void give_up(Listener& listener);
  void pause_accepting();
  void resume_accepting();
  int take_in(int timeout);
  [[nodiscard]] bool has_room() const;
  [[nodiscard]] int timeout() const;
  void log(const Peer& peer, std::string_view what) const;

  book::Book& book_;
  const AccessList& access_;
  Limits limits_;
  bool verbose_;
  sys::StopSignals stop_signals_;
  sys::Fd epoll_;
  std::vector<Listener*> listeners_;
  struct Client {
    std::unique_ptr<Connection> connection;
    std::uint32_t watched = 0;  // the events that epoll was asked for
    bool counted = false;       // towards the limits: it was admitted
    bool waits = false;         // for room, in waiting_
    std::uint64_t batch = 0;    // the last that it was thought of for
  };
  std::vector<Client> clients_;  // by descriptor
  std::size_t connections_ = 0;
  std::size_t admitted_ = 0;
  std::unordered_map<std::string, std::size_t> per_user_;
  std::vector<int> touched_;    // descriptors to look at in this round
  std::vector<int> with_work_;  // descriptors whose next request can be run
  std::vector<int> waiting_;    // those whose next one waits until there is room for its reply
  // Of one round, kept so that a round allocates nothing.
  std::vector<int> round_;
  std::vector<int> later_;
  std::uint64_t batches_ = 0;
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
