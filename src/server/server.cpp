// SPDX-License-Identifier: MIT
#include "server/server.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "protocol/limits.hpp"
#include "protocol/reply.hpp"
#include "server/log.hpp"
#include "sys/error.hpp"
#include "sys/notify.hpp"

namespace server {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t events_per_round = 256;
/// While we read from ready clients, others become ready. So we look again, up to this many times, and all share one
/// batch and its commit.
constexpr int most_rounds = 16;
/// Unsent reply bytes of all clients. Above this, requests with large replies wait, and others get little room:
/// otherwise a hundred clients that ask for the whole book and do not read would make us hold it a hundred times.
constexpr std::size_t most_unsent = 16 << 20;
/// Bytes of replies that each client may have in any case.
constexpr std::size_t fewest_unsent = 4 << 10;
/// Requests in one batch that may take long: the others wait for them, and how large a reply is, is known only once it
/// has been made.
constexpr std::size_t long_per_batch = 2;
constexpr int accepts_per_round = 64;  // so that a flood of new clients does not starve those being served
constexpr milliseconds check_interval{250};
constexpr seconds time_to_stop{4};
/// Descriptors besides those of clients: the standard ones, those of the book and the listeners, and refused clients
/// that linger.
constexpr std::size_t other_descriptors = 128;
constexpr std::size_t most_lingering_refusals = 64;

std::string reason() { return std::generic_category().message(errno); }

}  // namespace

void raise_descriptor_limit(std::size_t clients) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t wanted = clients + other_descriptors;
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);
}

Server::Server(book::Book& book, const AccessList& access, const Limits& limits, bool verbose)
    : book_(book),
      access_(access),
      limits_(limits),
      verbose_(verbose),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      admitted_(limits) {
  if (!epoll_) sys::fail("cannot wait for clients");
  epoll_event stop{.events = EPOLLIN, .data = {.fd = stop_signals_.descriptor()}};
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, stop_signals_.descriptor(), &stop) != 0) {
    sys::fail("cannot wait for signals");
  }
}

void Server::listen(Listener& listener) {
  if (!watch(listener)) sys::fail("cannot wait for clients");
  listeners_.push_back(&listener);
}

void Server::adopt(sys::Fd fd) {
  now_ = Clock::now();
  admit(std::move(fd));
}

void Server::run() {
  while (connections_ > 0 || (!listeners_.empty() && !stopping_)) {
    int ready = handle_events(timeout());
    for (int round = 1; ready > 0 && connections_ > 1 && round < most_rounds; ++round) ready = handle_events(0);
    run_batch();
    now_ = Clock::now();  // a batch may take long; a client's time to read its replies starts after it
    round_.swap(touched_);
    for (const int fd : round_) {
      client(fd).touched = false;
      if (client(fd).connection) advance(*client(fd).connection);
    }
    round_.clear();
    if (timed_ && now_ >= next_check_) expire();
    if (!book_.failure().empty()) stop();
    if (stopping_ && now_ >= stop_deadline_) break;
  }
}

/// Waits for events, at most `timeout` milliseconds (-1: no limit), and handles them. Returns how many clients that had
/// no work have some now.
int Server::handle_events(int timeout) {
  std::array<epoll_event, events_per_round> events;
  const int ready = epoll_wait(epoll_.get(), events.data(), events.size(), timeout);
  if (ready < 0 && errno != EINTR) sys::fail("cannot wait for clients");
  now_ = Clock::now();
  int with_work = 0;
  for (int i = 0; i < ready; ++i) {
    const auto& [what, data] = events[static_cast<std::size_t>(i)];
    with_work += handle_event(data.fd, what) ? 1 : 0;
  }
  return with_work;
}

int Server::timeout() const {
  // Who waited for room has it once somebody who had replies has gone, which no event tells.
  const bool has_room = unsent_ < most_unsent;
  if (queue_.size() > (has_room ? 0 : waiting_) || !touched_.empty()) return 0;
  if (!timed_ && !stopping_) return -1;
  const auto left = std::chrono::ceil<milliseconds>(next_check_ - Clock::now()).count();
  return static_cast<int>(std::clamp<long>(left, 0, check_interval.count()));
}

/// Returns whether a client that had no work has some now.
bool Server::handle_event(int fd, std::uint32_t events) {
  if (fd == stop_signals_.descriptor()) {
    stop();
    return false;
  }
  const auto listener =
      std::find_if(listeners_.begin(), listeners_.end(), [fd](const auto* one) { return one->get() == fd; });
  if (listener != listeners_.end()) {
    accept_from(**listener);
    return false;
  }
  // It may belong to a listener that stop() has closed in this round.
  if (static_cast<std::size_t>(fd) >= clients_.size() || !client(fd).connection) return false;
  // The client has gone, and nobody would read the reply that it waits for.
  if ((events & (EPOLLHUP | EPOLLERR)) != 0 && client(fd).waits_for_room) {
    remove(fd);
    return false;
  }
  Connection& connection = *client(fd).connection;
  const bool had_work = connection.has_work();
  if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) connection.receive(now_);
  touch(fd);
  if (had_work || !connection.has_work()) return false;
  enqueue(fd);
  return true;
}

void Server::accept_from(Listener& listener) {
  for (int i = 0; i < accepts_per_round; ++i) {
    sys::Fd fd(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (fd) {
      admit(std::move(fd));
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      return pause_accepting();
    } else if (errno == EAGAIN) {
      return;
    } else if (errno == EINVAL) {
      return give_up(listener);
    }  // otherwise the client has gone before it was accepted
  }
}

/// Another process that shares the socket has shut it down: no more clients can come from it.
void Server::give_up(Listener& listener) {
  log("a socket that was inherited no longer listens");
  unwatch(listener.get());
  listener.close();
  std::erase(listeners_, &listener);
}

void Server::admit(sys::Fd fd) {
  const int number = fd.get();
  const int on = 1;
  setsockopt(number, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // no effect on a Unix socket
  setsockopt(number, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);  // to notice a machine that has vanished
  const Peer peer = peer_of(number);
  const Right right = access_.right_of(peer);
  std::string_view refusal;
  if (right == Right::none) refusal = "Not allowed";
  else if (!admitted_.has_room_for(peer.user)) refusal = "Too many clients";

  if (!refusal.empty()) log(peer, fmt::format("refused: {}", refusal));
  else if (verbose_) log(peer, "connected");
  if (!refusal.empty() && connections_ - admitted_.total() >= most_lingering_refusals) {
    std::string line;
    protocol::reply_error(line, refusal);
    ::send(number, line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return;
  }

  auto connection = std::make_unique<Connection>(std::move(fd), peer, now_);
  connection->session.read_only = right == Right::read;
  if (refusal.empty()) admitted_.add(peer.user);
  else connection->dismiss(refusal);
  if (clients_.size() <= static_cast<std::size_t>(number)) clients_.resize(static_cast<std::size_t>(number) + 1);
  Client& fresh = client(number);
  fresh.connection = std::move(connection);
  fresh.counted = refusal.empty();
  ++connections_;
  touch(number);
}

void Server::touch(int fd) {
  if (!std::exchange(client(fd).touched, true)) touched_.push_back(fd);
}

void Server::enqueue(int fd) {
  if (!std::exchange(client(fd).queued, true)) queue_.push_back(fd);
}

/// Keeps unsent_ right when the client's replies have changed.
void Server::account(Client& client) {
  const std::size_t before = std::exchange(client.unsent, client.connection ? client.connection->unsent() : 0);
  unsent_ = unsent_ - before + client.unsent;
}

/// Runs one batch for the queued clients. Those whose next reply may be large stay queued until there is room.
void Server::run_batch() {
  shares_.clear();
  owners_.clear();
  std::size_t long_ones = 0;
  waiting_ = 0;
  const std::size_t room = most_unsent - std::min(unsent_, most_unsent);
  round_.swap(queue_);
  for (const int fd : round_) {
    Client& client = this->client(fd);
    client.queued = false;
    const book::Share share = client.connection->session.share();
    client.waits_for_room = room == 0 && may_be_large(share);
    if (client.waits_for_room) ++waiting_;
    if (client.waits_for_room || (may_take_long(share) && ++long_ones > long_per_batch)) {
      enqueue(fd);
      continue;
    }
    shares_.push_back(share);
    owners_.push_back(client.connection.get());
  }
  round_.clear();
  if (shares_.empty()) return;
  const std::size_t most = std::clamp(room / shares_.size(), fewest_unsent, protocol::max_unread_replies);
  for (auto& share : shares_) share.most_replies = most;
  book_.run(shares_);
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    owners_[i]->session.settle(shares_[i]);
    touch(owners_[i]->get());
  }
}

/// Takes a connection as far as it can go now, and arranges to be told when it can go on.
void Server::advance(Connection& connection) {
  connection.send(now_);
  account(client(connection.get()));
  if (connection.spoke_http()) log(connection.peer(), "closed: it speaks HTTP");
  if (connection.is_closed()) return remove(connection.get());
  if (connection.has_work()) enqueue(connection.get());
  if (connection.deadline(limits_.idle_timeout)) check_soon();
  watch(connection);
}

void Server::watch(Connection& connection) {
  Client& client = this->client(connection.get());
  // A queued client stays registered for input: its turn comes before we wait again.
  const bool takes_in = connection.wants_input() || (client.queued && !client.waits_for_room);
  const std::uint32_t input = takes_in ? EPOLLIN : 0U;
  const std::uint32_t output = connection.wants_to_send() ? EPOLLOUT : 0U;
  const std::uint32_t wanted = input | output;
  if (client.registered && client.watched == wanted) return;
  epoll_event event{.events = wanted, .data = {.fd = connection.get()}};
  const int operation = std::exchange(client.registered, true) ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  client.watched = wanted;
  if (epoll_ctl(epoll_.get(), operation, connection.get(), &event) == 0) return;
  log(connection.peer(), fmt::format("closed: cannot wait for it: {}", reason()));
  remove(connection.get());
}

/// Returns false on failure, with errno set.
bool Server::watch(const Listener& listener) {
  // Exclusive: a new client wakes one of the workers that wait on the socket, not all.
  epoll_event event{.events = EPOLLIN | EPOLLEXCLUSIVE, .data = {.fd = listener.get()}};
  return epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, listener.get(), &event) == 0;
}

void Server::unwatch(int fd) { epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

void Server::remove(int fd) {
  Client gone = std::exchange(client(fd), Client{});
  client(fd).touched = gone.touched;  // `fd` is still in touched_, and may be reused
  if (gone.queued) std::erase(queue_, fd);
  if (gone.waits_for_room) --waiting_;
  --connections_;
  if (gone.counted) {
    admitted_.remove(gone.connection->peer().user);
    if (verbose_) log(gone.connection->peer(), "disconnected");
  }
  gone.connection.reset();
  account(gone);
  out_of_room_ = false;
  if (!accepting_) resume_accepting();
}

void Server::expire() {
  timed_ = false;
  for (auto& client : clients_) {
    if (!client.connection) continue;
    auto deadline = client.connection->deadline(limits_.idle_timeout);
    if (!deadline) continue;
    if (now_ >= deadline->at) {
      client.connection->catch_up(now_);
      touch(client.connection->get());
      deadline = client.connection->deadline(limits_.idle_timeout);
    }
    if (!deadline || client.connection->is_closed()) continue;
    if (now_ < deadline->at) {
      check_soon();
      continue;
    }
    if (!deadline->why.empty()) log(client.connection->peer(), fmt::format("closed: {}", deadline->why));
    remove(client.connection->get());
  }
  if (!accepting_) resume_accepting();
}

/// Has run() call expire() after check_interval.
void Server::check_soon() {
  if (std::exchange(timed_, true)) return;
  next_check_ = now_ + check_interval;
}

/// Stops accepting and reading; every request already read is still answered.
void Server::stop() {
  if (stopping_) return;
  stopping_ = true;
  sys::notify_supervisor("STOPPING=1");
  stop_deadline_ = now_ + time_to_stop;
  unwatch(stop_signals_.descriptor());
  for (auto* listener : listeners_) {
    unwatch(listener->get());
    listener->close();
  }
  listeners_.clear();
  for (auto& client : clients_) {
    if (!client.connection) continue;
    client.connection->end_input();
    touch(client.connection->get());
  }
}

/// Out of descriptors or memory: new clients wait in the kernel's queue until one of ours leaves, or until the next
/// check.
void Server::pause_accepting() {
  if (!accepting_) return;
  accepting_ = false;
  check_soon();
  if (!std::exchange(out_of_room_, true)) log("cannot accept another client: " + reason());
  for (const auto* listener : listeners_) unwatch(listener->get());
}

void Server::resume_accepting() {
  for (const auto* listener : listeners_) {
    if (!watch(*listener) && errno != EEXIST) return check_soon();
  }
  accepting_ = true;
}

}  // namespace server
