// SPDX-License-Identifier: MIT
#include "transport/listener.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>

#include "sys/error.hpp"
#include "transport/resolve.hpp"
#include "transport/socket.hpp"

namespace transport {
namespace {

constexpr int backlog = 4096;  // the kernel cuts it to net.core.somaxconn
constexpr int first_inherited = 3;

sys::Fd take_over(int fd) {
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  return sys::Fd(fd);
}

/// Who holds the lock has written its process number into it.
[[noreturn]] void served_already(const std::string& address, int lock) {
  std::array<char, 32> text{};
  const ssize_t size = pread(lock, text.data(), text.size() - 1, 0);
  const long pid = size > 0 ? std::atol(text.data()) : 0;
  throw std::runtime_error(fmt::format("cannot listen on {}: already served by {}", address,
                                       pid > 0 ? fmt::format("process {}", pid) : "another process"));
}

sys::Fd lock_path(const std::string& path, const std::string& address) {
  sys::Fd lock = sys::open_file(path + ".lock", O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) served_already(address, lock.get());
    sys::fail("cannot lock " + path + ".lock");
  }
  const std::string pid = fmt::format("{}\n", getpid());
  if (ftruncate(lock.get(), 0) != 0 || pwrite(lock.get(), pid.data(), pid.size(), 0) < 0) {
    sys::fail("cannot write to " + path + ".lock");
  }
  return lock;
}

void refuse_other_than_socket(const std::string& path, const std::string& address) {
  struct stat there {};
  if (lstat(path.c_str(), &there) != 0 || S_ISSOCK(there.st_mode)) return;
  throw std::runtime_error(fmt::format("cannot listen on {}: something else is there", address));
}

}  // namespace

void Listener::remove_path() const {
  struct stat now {};
  if (path_.empty() || lstat(path_.c_str(), &now) != 0) return;
  if (now.st_dev == device_ && now.st_ino == inode_) unlink(path_.c_str());
}

void listen_unix(std::vector<Listener>& listeners, const std::string& path, const ListenOptions& options) {
  const std::string shown = "unix:" + path;
  const sockaddr_un address = unix_socket_address(path);
  refuse_other_than_socket(path, shown);
  sys::Fd lock = lock_path(path, shown);
  unlink(path.c_str());  // under the lock, a socket that is there is one that nobody serves
  sys::Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // Nobody may connect before the mode is what was asked for: made with no rights, and then widened.
  const mode_t before = umask(0777);
  const bool bound = fd && bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  const int error = errno;
  umask(before);
  if (!bound) sys::fail("cannot listen on " + shown, error);
  struct stat made {};
  if (lstat(path.c_str(), &made) != 0) sys::fail("cannot listen on " + shown);
  Listener listener(std::move(fd), shown);
  listener.lock_ = std::move(lock);
  listener.path_ = path;
  listener.device_ = made.st_dev;
  listener.inode_ = made.st_ino;
  if (chmod(path.c_str(), options.mode) != 0 || listen(listener.get(), backlog) != 0) {
    sys::fail("cannot listen on " + shown);
  }
  listeners.push_back(std::move(listener));
}

namespace {

void listen_tcp(std::vector<Listener>& listeners, const TcpAddress& address, const std::string& shown, bool remote) {
  for (const auto& one : resolve(address, shown, true)) {
    if (!remote && !one.is_loopback()) {
      throw std::runtime_error(
          fmt::format("cannot listen on {}: other machines could reach it; --remote allows that", shown));
    }
    sys::Fd fd(socket(one.family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int on = 1;
    setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (one.family == AF_INET6) setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (!fd || bind(fd.get(), one.address(), one.size) != 0 || listen(fd.get(), backlog) != 0) {
      sys::fail("cannot listen on " + shown);
    }
    const std::string bound = bound_address(fd.get());
    listeners.emplace_back(std::move(fd), bound);
  }
}

}  // namespace

void listen_on(std::vector<Listener>& listeners, const std::string& address, const ListenOptions& options) {
  const Address parsed = parse_address(address);
  if (const auto* local = std::get_if<UnixAddress>(&parsed)) return listen_unix(listeners, local->path, options);
  listen_tcp(listeners, std::get<TcpAddress>(parsed), address, options.remote);
}

Listener inherited_listener(int fd) {
  std::string address = bound_address(fd);
  return {take_over(fd), std::move(address)};
}

Inherited inherited_sockets() {
  const char* pid = std::getenv("LISTEN_PID");
  const char* number = std::getenv("LISTEN_FDS");
  const bool ours = pid != nullptr && number != nullptr && std::atol(pid) == getpid();
  const int last = ours ? first_inherited + std::atoi(number) : first_inherited;
  for (const char* variable : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) unsetenv(variable);

  Inherited inherited;
  for (int number_of_fd = first_inherited; number_of_fd < last; ++number_of_fd) {
    const SocketKind kind = kind_of(number_of_fd);
    if (kind == SocketKind::none) {
      throw std::runtime_error(fmt::format("descriptor {} of LISTEN_FDS is no socket", number_of_fd));
    }
    if (kind == SocketKind::connected) inherited.connections.push_back(take_over(number_of_fd));
    else inherited.listeners.push_back(inherited_listener(number_of_fd));
  }
  return inherited;
}

}  // namespace transport
