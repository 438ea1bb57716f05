// SPDX-License-Identifier: MIT
// Listening sockets: our own, and those that a supervisor (systemd, inetd) opened for us.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "sys/fd.hpp"

namespace server {

struct ListenOptions {
  mode_t mode = 0600;   // of a Unix socket
  bool remote = false;  // whether other machines may connect over TCP
};

/// One listening socket. A Unix socket of ours is guarded by a lock on PATH.lock for as long as this lives (also in
/// forked children), so that a live server is never displaced. The socket is removed at the end, the lock file never.
class Listener {
 public:
  /// Listens on a Unix socket at `path`. Throws std::runtime_error, std::system_error.
  static Listener on_path(const std::string& path, const ListenOptions& options);
  Listener(sys::Fd fd, std::string address) : fd_(std::move(fd)), address_(std::move(address)) {}
  Listener(Listener&& other) noexcept
      : fd_(std::move(other.fd_)),
        address_(std::move(other.address_)),
        lock_(std::move(other.lock_)),
        path_(std::exchange(other.path_, {})),
        device_(other.device_),
        inode_(other.inode_) {}
  Listener& operator=(Listener&&) = delete;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { remove_path(); }

  [[nodiscard]] int get() const { return fd_.get(); }
  /// In the form of `-l`, with port 0 replaced by the actual port.
  [[nodiscard]] const std::string& address() const { return address_; }
  /// Closes the socket, so that nobody waits who will not be served.
  void close() { fd_.reset(); }

 private:
  /// Removes the socket if it is still the one that we made.
  void remove_path() const;

  sys::Fd fd_;
  std::string address_;
  sys::Fd lock_{};
  std::string path_{};  // of a Unix socket that we made
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

/// Listens on `address` and appends the sockets (a host name can stand for several). Throws std::runtime_error,
/// std::system_error.
void listen_on(std::vector<Listener>& listeners, const std::string& address, const ListenOptions& options);

struct Sockets {
  std::vector<Listener> listeners;
  std::vector<sys::Fd> connections;  // already accepted, one conversation each
  [[nodiscard]] bool empty() const { return listeners.empty() && connections.empty(); }
};
/// Takes over the sockets passed by systemd's protocol (LISTEN_FDS and LISTEN_PID, sd_listen_fds(3)). They are ours
/// only if LISTEN_PID is this process; the variables are removed. Throws std::runtime_error.
Sockets inherited_sockets();

/// Takes over the listening socket `fd`; its path, if any, is not ours to remove.
Listener inherited_listener(int fd);

}  // namespace server
