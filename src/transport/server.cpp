// SPDX-License-Identifier: MIT
#include "transport/server.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

#include "protocol/reply.hpp"
#include "sys/error.hpp"
#include "sys/notify.hpp"
#include "transport/log.hpp"

namespace transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t events_per_round = 256;
/// To take in what is ready takes so long that others have got ready: they join the batch, and share its commit.
constexpr int times_to_look = 16;
/// Of replies that clients have not taken yet, over all of them. Beyond it, requests with large replies wait: else some
/// hundred clients that ask for the whole book, and do not read, would make us hold it as many times.
constexpr std::size_t most_unsent = 16 << 20;
/// Such requests in one batch, none of which is known to be too large before it has run.
constexpr std::size_t large_per_batch = 2;
constexpr int accepts_per_round = 64;  // so that a storm of new clients does not starve those that are served
constexpr milliseconds check_interval{250};
constexpr seconds time_to_stop{4};
/// Besides the clients: the standard ones, the book's and the listeners' descriptors, and refused clients lingering.
constexpr std::size_t other_descriptors = 128;
constexpr std::size_t most_lingering_refusals = 64;

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
    : book_(book), access_(access), limits_(limits), verbose_(verbose), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_) sys::fail("cannot wait for clients");
  epoll_event stop{.events = EPOLLIN, .data = {.fd = stop_signals_.descriptor()}};
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, stop_signals_.descriptor(), &stop);
}

void Server::listen(Listener& listener) {
  // Exclusive: of several workers that wait on one socket, one is woken for a new client.
  epoll_event event{.events = EPOLLIN | EPOLLEXCLUSIVE, .data = {.fd = listener.get()}};
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, listener.get(), &event) != 0) sys::fail("cannot wait for clients");
  listeners_.push_back(&listener);
}

void Server::adopt(sys::Fd fd) {
  now_ = Clock::now();
  admit(std::move(fd));
}

bool Server::run() {
  while (connections_ > 0 || (!listeners_.empty() && !stopping_)) {
    int looks = 1;
    for (int more = take_in(timeout()); more > 0 && connections_ > 1 && looks < times_to_look; ++looks)
      more = take_in(0);
    run_batch();
    now_ = Clock::now();  // a batch may have taken long, and no client's time has run out by that
    round_.clear();
    round_.swap(touched_);
    for (const int fd : round_) {
      if (clients_[static_cast<std::size_t>(fd)].connection) tend(*clients_[static_cast<std::size_t>(fd)].connection);
    }
    if (timed_ && now_ >= next_check_) expire();
    if (book_.failed() && !stopping_) stop();
    if (stopping_ && now_ >= stop_deadline_) break;
  }
  return !book_.failed();
}

/// What is ready, or gets ready within `timeout` milliseconds (-1: ever). Returns how many clients have got work by it.
int Server::take_in(int timeout) {
  std::array<epoll_event, events_per_round> events;
  const int ready = epoll_wait(epoll_.get(), events.data(), events.size(), timeout);
  if (ready < 0 && errno != EINTR) sys::fail("cannot wait for clients");
  now_ = Clock::now();
  int more = 0;
  for (int i = 0; i < ready; ++i) {
    const auto& [what, data] = events[static_cast<std::size_t>(i)];
    more += handle(data.fd, what) ? 1 : 0;
  }
  return more;
}

int Server::timeout() const {
  if (!with_work_.empty() || !touched_.empty()) return 0;
  if (!timed_ && !stopping_) return -1;
  const auto left = std::chrono::ceil<milliseconds>(next_check_ - Clock::now()).count();
  return static_cast<int>(std::clamp<long>(left, 0, check_interval.count()));
}

/// Returns whether a client that had no work has some now.
bool Server::handle(int fd, std::uint32_t events) {
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
  // Not one of a listener that stop() has closed in this very round.
  if (static_cast<std::size_t>(fd) >= clients_.size() || !clients_[static_cast<std::size_t>(fd)].connection)
    return false;
  Connection& connection = *clients_[static_cast<std::size_t>(fd)].connection;
  const bool had_work = connection.has_work();
  if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) connection.receive(now_);
  touched_.push_back(fd);
  return !had_work && connection.has_work();
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
    }  // else that client has gone again before it was accepted
  }
}

/// Somebody who shares the socket has shut it down: nobody can come by it any more.
void Server::give_up(Listener& listener) {
  transport::log("a socket that was inherited no longer listens");
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, listener.get(), nullptr);
  listener.close();
  listeners_.erase(std::find(listeners_.begin(), listeners_.end(), &listener));
}

std::string_view Server::refusal(const Peer& peer, Right right) const {
  if (right == Right::none) return "Not allowed";
  const auto same_user = per_user_.find(peer.user);
  const bool user_has_most = same_user != per_user_.end() && same_user->second >= limits_.max_per_user;
  return admitted_ >= limits_.max_clients || user_has_most ? "Too many clients" : "";
}

void Server::admit(sys::Fd fd) {
  const int number = fd.get();
  const int on = 1;
  setsockopt(number, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // without effect on a Unix socket
  setsockopt(number, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);  // a machine that has vanished ends in time
  Peer peer = peer_of(number);
  const Right right = access_.right_of(peer);
  const std::string_view why = refusal(peer, right);
  if (!why.empty()) log(peer, fmt::format("refused: {}", why));
  if (!why.empty() && connections_ - admitted_ >= most_lingering_refusals) {
    std::string line;
    protocol::reply_error(line, why);
    ::send(number, line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return;
  }

  auto connection = std::make_unique<Connection>(std::move(fd), std::move(peer), now_);
  connection->session.read_only = right == Right::read;
  if (why.empty()) {
    ++admitted_;
    ++per_user_[connection->peer().user];
    if (verbose_) log(connection->peer(), "connected");
  } else {
    connection->dismiss(why);
  }
  if (clients_.size() <= static_cast<std::size_t>(number)) clients_.resize(static_cast<std::size_t>(number) + 1);
  clients_[static_cast<std::size_t>(number)] = {.connection = std::move(connection), .counted = why.empty()};
  ++connections_;
  touched_.push_back(number);
}

/// Whether those who do not read leave room for another large reply.
bool Server::has_room() const {
  std::size_t unsent = 0;
  for (const auto& client : clients_) {
    if (client.connection) unsent += client.connection->unsent();
  }
  return unsent < most_unsent;
}

/// One batch for every client that has a request which can be run, in the order in which they came.
void Server::run_batch() {
  for (const int fd : waiting_) {
    clients_[static_cast<std::size_t>(fd)].waits = false;
    touched_.push_back(fd);
  }
  waiting_.clear();
  for (const int fd : touched_) {
    const auto& client = clients_[static_cast<std::size_t>(fd)];
    if (client.connection && client.connection->has_work()) with_work_.push_back(fd);
  }
  shares_.clear();
  owners_.clear();
  later_.clear();
  ++batches_;
  std::size_t large = 0;
  std::optional<bool> room;
  for (const int fd : with_work_) {
    Client& client = clients_[static_cast<std::size_t>(fd)];
    if (!client.connection || !client.connection->has_work()) continue;
    if (std::exchange(client.batch, batches_) == batches_) continue;
    const book::Share share = client.connection->session.share();
    if (may_take_long(share)) {
      if (!room) room = has_room();
      client.waits = !*room;
      if (client.waits || ++large > large_per_batch) {
        (client.waits ? waiting_ : later_).push_back(fd);
        continue;
      }
    }
    shares_.push_back(share);
    owners_.push_back(client.connection.get());
  }
  with_work_.swap(later_);
  if (shares_.empty()) return;
  book_.run(shares_);
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    owners_[i]->session.settle(shares_[i]);
    touched_.push_back(owners_[i]->get());
  }
}

/// Brings a connection as far as it can go now, and arranges for what it waits for.
void Server::tend(Connection& connection) {
  connection.send(now_);
  if (connection.spoke_http()) log(connection.peer(), "closed: it speaks HTTP");
  if (connection.is_closed()) return remove(connection.get());
  const bool has_room = !clients_[static_cast<std::size_t>(connection.get())].waits;
  if (connection.has_work() && has_room) with_work_.push_back(connection.get());
  if (!timed_ && (connection.is_timed() || limits_.idle_timeout > seconds::zero())) {
    timed_ = true;
    next_check_ = now_ + check_interval;
  }
  watch(connection);
}

void Server::watch(Connection& connection) {
  Client& client = clients_[static_cast<std::size_t>(connection.get())];
  // One that has more work keeps what it waits for: it is looked at again without waiting.
  const bool takes_in = connection.wants_input() || (connection.has_work() && !client.waits);
  const std::uint32_t input = takes_in ? EPOLLIN : 0U;
  const std::uint32_t output = connection.wants_to_send() ? EPOLLOUT : 0U;
  const std::uint32_t wanted = input | output;
  epoll_event event{.events = wanted, .data = {.fd = connection.get()}};
  if (client.watched == 0) {
    // Not watched at all yet, or for nothing but errors.
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, connection.get(), &event) != 0) {
      epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, connection.get(), &event);
    }
  } else if (client.watched != wanted) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, connection.get(), &event);
  }
  client.watched = wanted;
}

void Server::remove(int fd) {
  Client client = std::exchange(clients_[static_cast<std::size_t>(fd)], {});
  --connections_;
  if (client.counted) {
    --admitted_;
    const auto user = per_user_.find(client.connection->peer().user);
    if (--user->second == 0) per_user_.erase(user);
    if (verbose_) log(client.connection->peer(), "disconnected");
  }
  client.connection.reset();
  out_of_room_ = false;
  if (!accepting_) resume_accepting();
}

void Server::expire() {
  timed_ = limits_.idle_timeout > seconds::zero() && connections_ > 0;
  next_check_ = now_ + check_interval;
  for (auto& client : clients_) {
    if (!client.connection) continue;
    const std::string_view why = client.connection->end_when_overdue(now_, limits_.idle_timeout);
    if (!why.empty()) log(client.connection->peer(), fmt::format("closed: {}", why));
    if (client.connection->is_closed()) remove(client.connection->get());
    else timed_ = timed_ || client.connection->is_timed();
  }
  if (!accepting_) resume_accepting();
}

/// Every request that was read is still answered, and nothing more is read.
void Server::stop() {
  if (stopping_) return;
  stopping_ = true;
  sys::notify_supervisor("STOPPING=1");
  stop_deadline_ = now_ + time_to_stop;
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, stop_signals_.descriptor(), nullptr);
  for (auto* listener : listeners_) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, listener->get(), nullptr);
    listener->close();
  }
  listeners_.clear();
  for (auto& client : clients_) {
    if (!client.connection) continue;
    client.connection->end_input();
    touched_.push_back(client.connection->get());
  }
}

/// Out of descriptors or memory: new clients wait in the queue until one of ours has gone, or for a while.
void Server::pause_accepting() {
  if (!accepting_) return;
  accepting_ = false;
  timed_ = true;
  next_check_ = now_ + check_interval;
  if (!std::exchange(out_of_room_, true)) {
    transport::log(fmt::format("cannot accept another client: {}", std::generic_category().message(errno)));
  }
  for (auto* listener : listeners_) epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, listener->get(), nullptr);
}

void Server::resume_accepting() {
  accepting_ = true;
  for (auto* listener : listeners_) {
    epoll_event event{.events = EPOLLIN | EPOLLEXCLUSIVE, .data = {.fd = listener->get()}};
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, listener->get(), &event);
  }
}

void Server::log(const Peer& peer, std::string_view what) const {
  transport::log(fmt::format("client {}: {}", peer.name, what));
}

}  // namespace transport
