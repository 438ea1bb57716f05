// SPDX-License-Identifier: MIT
#include "transport/link.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <utility>

#include "sys/error.hpp"
#include "sys/fd.hpp"
#include "transport/ucspi.hpp"

namespace transport {
namespace {

constexpr std::size_t block_bytes = 1 << 16;
/// Lets a long row of requests or replies go through in few steps.
constexpr std::size_t pipe_bytes = 1 << 20;

void wait_for(std::array<pollfd, 4>& ready) {
  while (poll(ready.data(), ready.size(), -1) < 0) {
    if (errno != EINTR) sys::fail("cannot wait for the server");
  }
}

}  // namespace

std::unique_ptr<Link> Link::inherited() {
  using namespace ucspi;
  if (std::getenv(protocol_variable) == nullptr || !sys::is_open(from_server) || !sys::is_open(to_server)) {
    return nullptr;
  }
  return std::unique_ptr<Link>(new Link(sys::Fd(from_server), sys::Fd(to_server)));
}

Link::Link(sys::Fd from, sys::Fd to) : from_(std::move(from)), to_(std::move(to)), flags_(fcntl(to_.get(), F_GETFL)) {
  // A program that we start has its own ways to a server, and must not keep this one waiting for its end.
  for (const int fd : {from_.get(), to_.get()}) fcntl(fd, F_SETFD, FD_CLOEXEC);
  sys::widen_pipe(from_.get(), pipe_bytes);
  fcntl(to_.get(), F_SETFL, flags_ | O_NONBLOCK);
}

void Link::close_requests() {
  if (to_) fcntl(to_.get(), F_SETFL, flags_);
  to_.reset();
}

void Link::send_some(std::string& requests, std::size_t& sent) {
  const ssize_t put = write(to_.get(), requests.data() + sent, requests.size() - sent);
  if (put >= 0) sent += static_cast<std::size_t>(put);
  else if (errno == EPIPE || errno == ECONNRESET) sending_ = false;  // replies may still come
  else if (errno != EAGAIN && errno != EINTR) sys::fail("cannot write to the server");
  if (sent == requests.size()) {
    requests.clear();
    sent = 0;
  }
}

/// The server sees the end of its input: half of a socket is shut down, a pipe is closed.
void Link::end_requests() {
  sending_ = false;
  sent_all_ = true;
  if (shutdown(to_.get(), SHUT_WR) != 0 && errno == ENOTSOCK) close_requests();
}

Link::End Link::talk(const Ends& ends, const Produce& produce, const Consume& consume) {
  std::string requests;
  std::size_t sent = 0;
  const auto block = std::make_unique_for_overwrite<char[]>(block_bytes);
  std::string_view replies;  // of block, not consumed yet
  bool more = true;
  while (true) {
    if (sending_ && requests.empty() && more && ends.input < 0) more = produce(requests);
    if (sending_ && requests.empty() && !more) end_requests();

    const bool has_requests = sending_ && !requests.empty();
    const bool wants_input = sending_ && requests.empty() && more && ends.input >= 0;
    std::array<pollfd, 4> ready{{{replies.empty() ? from_.get() : -1, POLLIN, 0},
                                 {has_requests ? to_.get() : -1, POLLOUT, 0},
                                 {wants_input ? ends.input : -1, POLLIN, 0},
                                 {replies.empty() ? -1 : ends.output, POLLOUT, 0}}};
    wait_for(ready);
    // Sent before a reply is looked at: it may be the last that is awaited.
    if (ready[1].revents != 0) send_some(requests, sent);
    if (ready[0].revents != 0) {
      replies = {block.get(), sys::read_some(from_.get(), block.get(), block_bytes, "the server")};
      if (replies.empty()) return End::server_closed;
    }
    // With an output the first bytes wait for it to be writable, too.
    if (!replies.empty() && (ends.output < 0 || ready[3].revents != 0) && !consume(replies)) return End::consumed;
    if (ready[2].revents != 0) more = produce(requests);
  }
}

std::string Link::ask(std::string request) {
  // A server that no longer reads may have said why before it closed.
  for (std::size_t sent = 0; !request.empty() && sending_;) {
    std::array<pollfd, 4> ready{{{from_.get(), POLLIN, 0}, {to_.get(), POLLOUT, 0}, {-1, 0, 0}, {-1, 0, 0}}};
    wait_for(ready);
    if (ready[0].revents != 0 && !read_more()) break;
    if (ready[1].revents != 0) send_some(request, sent);
  }
  return read_reply();
}

bool Link::read_more() {
  unread_.erase(0, std::exchange(taken_, 0));
  if (unread_.size() > longest_reply) throw std::runtime_error("the server's reply is too long");
  return sys::read_onto(unread_, from_.get(), block_bytes, "the server") > 0;
}

std::string Link::read_reply() {
  auto end = unread_.find('\n', taken_);
  while (end == std::string::npos) {
    const std::size_t searched = unread_.size() - taken_;
    if (!read_more()) throw ServerGone();
    end = unread_.find('\n', searched);
  }
  const std::size_t begin = std::exchange(taken_, end + 1);
  return unread_.substr(begin, end - begin);
}

}  // namespace transport
