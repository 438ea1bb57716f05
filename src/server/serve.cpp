// SPDX-License-Identifier: MIT
#include "server/serve.hpp"

#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include "exit_status.hpp"
#include "protocol/reply.hpp"
#include "server/log.hpp"
#include "server/socket.hpp"
#include "server/stdio.hpp"
#include "server/workers.hpp"
#include "sys/error.hpp"
#include "sys/fd.hpp"
#include "sys/notify.hpp"
#include "sys/signals.hpp"

namespace server {
namespace {

constexpr int input = 0;
constexpr int output = 1;

/// Tells whoever started us that every address accepts connections.
void announce(const std::vector<Listener>& listeners, int ready_fd) {
  std::string line;
  for (const auto& listener : listeners) line += (line.empty() ? "" : " ") + sys::printable(listener.address());
  if (ready_fd >= 0) {
    const sys::Fd fd(ready_fd);
    (void)sys::write_all(fd.get(), line + "\n", "the descriptor of --ready-fd");
  }
  sys::hold_standard_fds();  // ready_fd may have been one of them
  sys::notify_supervisor("READY=1\nSTATUS=Serving " + line);
}

/// The exit status once a book has been served. Logs why it is no success.
int status_after(const book::Book& book) {
  if (book.failure().empty()) return exit_status::done;
  log(book.failure());
  return exit_status::failed;
}

int serve_sockets(const ServeOptions& options, const OpenBook& open_book, Sockets& sockets) {
  if (options.workers > 1 && !sockets.connections.empty()) {
    throw std::runtime_error("--workers share listening sockets, not a connection that was accepted already");
  }
  raise_descriptor_limit(options.limits.max_clients);
  std::signal(SIGHUP, SIG_IGN);  // nothing to reload, and losing the terminal is no reason to stop
  const auto work = [&]() -> int {
    const auto book = open_book();
    Server server(*book, options.access, options.limits, options.verbose);
    for (auto& fd : sockets.connections) server.adopt(std::move(fd));
    for (auto& listener : sockets.listeners) server.listen(listener);
    if (options.workers <= 1 && !sockets.listeners.empty()) announce(sockets.listeners, options.ready_fd);
    server.run();
    return status_after(*book);
  };
  if (options.workers <= 1) return work();

  open_book();  // so that errors show before we announce that we are ready
  announce(sockets.listeners, options.ready_fd);
  const auto work_in_silence = [&work] {
    unsetenv("NOTIFY_SOCKET");  // the end of one worker is not that of the service
    return work();
  };
  return run_workers(options.workers, work_in_silence, [&sockets] {
    sys::notify_supervisor("STOPPING=1");
    for (auto& listener : sockets.listeners) listener.close();
  });
}

/// A client whose connection was accepted by inetd, tcpserver or the like is subject to the same rules as any other.
int serve_standard_streams(const ServeOptions& options, const OpenBook& open_book) {
  const bool is_socket = kind_of(input) == SocketKind::connected;
  const Peer peer = is_socket ? peer_of(input) : Peer{};
  const Right right = options.access.right_of(peer);
  if (right == Right::none) {
    std::string refusal;
    protocol::reply_error(refusal, "Not allowed");
    log(peer, "refused: Not allowed");
    (void)sys::write_all(output, refusal, "standard output");
    close_gently(output);
    return exit_status::done;
  }
  const auto book = open_book();
  serve_stdio(*book, right == Right::read);
  return status_after(*book);
}

}  // namespace

int serve(const ServeOptions& options, const OpenBook& open_book) {
  sys::hold_stop_signals();
  // Checked before any file of ours can get that number.
  if (options.ready_fd >= 0 && !sys::is_open(options.ready_fd)) {
    throw std::runtime_error("the descriptor of --ready-fd is not open");
  }
  Sockets sockets = inherited_sockets();
  if (sockets.empty()) {
    for (const auto& address : options.addresses) listen_on(sockets.listeners, address, options.listen);
  }
  if (sockets.empty() && kind_of(input) == SocketKind::listening) {
    sockets.listeners.push_back(inherited_listener(input));  // inetd's "wait" mode
  }
  if (sockets.empty() && !options.socket_option.empty() && kind_of(input) != SocketKind::connected) {
    throw std::runtime_error("option '" + options.socket_option + "' needs -l, or a socket from a supervisor");
  }
  if (sockets.empty()) return serve_standard_streams(options, open_book);
  return serve_sockets(options, open_book, sockets);
}

}  // namespace server
