// SPDX-License-Identifier: MIT
#include "server/listener.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "number.hpp"
#include "server/socket.hpp"
#include "sys/environment.hpp"
#include "sys/error.hpp"
#include "transport/resolve.hpp"

namespace server {
namespace {

constexpr int backlog = 4096;  // the kernel caps it at net.core.somaxconn
constexpr int first_inherited = 3;

sys::Fd take_over(int fd) {
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  return sys::Fd(fd);
}

/// What the lock file contains, the process number of its holder in a line: 0 while it is empty, nullopt if it is
/// another program's file.
std::optional<pid_t> holder_in(int lock) {
  std::array<char, 32> text{};
  const ssize_t size = pread(lock, text.data(), text.size(), 0);
  const std::string_view holder(text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return holder.empty() ? 0 : parse_number<pid_t>(holder.substr(0, holder.find('\n')));
}

[[noreturn]] void throw_already_served(const std::string& address, std::optional<pid_t> pid) {
  throw std::runtime_error(fmt::format("cannot listen on {}: already served by {}", address,
                                       pid > 0 ? fmt::format("process {}", *pid) : "another process"));
}

sys::Fd lock_path(const std::string& path, const std::string& address) {
  sys::Fd lock = sys::open_file(path + ".lock", O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) throw_already_served(address, holder_in(lock.get()));
    sys::fail("cannot lock " + path + ".lock");
  }
  if (!holder_in(lock.get())) {
    throw std::runtime_error(fmt::format("cannot listen on {}: {}.lock is no lock file", address, path));
  }
  const std::string pid = fmt::format("{}\n", getpid());
  if (ftruncate(lock.get(), 0) != 0 || pwrite(lock.get(), pid.data(), pid.size(), 0) < 0) {
    sys::fail("cannot write to " + path + ".lock");
  }
  return lock;
}

/// A supervisor's socket, or another program's, has no lock of ours.
void refuse_served(const sockaddr_un& address, const std::string& shown) {
  const sys::Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) sys::fail("cannot listen on " + shown);
  const bool connects = connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (!connects && (errno == ECONNREFUSED || errno == ENOENT)) return;
  // EAGAIN: its queue is full. EPROTOTYPE: it is no stream socket.
  if (connects || errno == EAGAIN || errno == EPROTOTYPE) throw_already_served(shown, std::nullopt);
  sys::fail("cannot listen on " + shown);  // EACCES, for example: nobody knows whether it is served
}

void refuse_other_than_socket(const std::string& path, const std::string& address) {
  struct stat there = {};
  if (lstat(path.c_str(), &there) != 0 || S_ISSOCK(there.st_mode)) return;
  throw std::runtime_error(fmt::format("cannot listen on {}: something else is there", address));
}

}  // namespace

void Listener::remove_path() const {
  struct stat now = {};
  if (path_.empty() || lstat(path_.c_str(), &now) != 0) return;
  if (now.st_dev == device_ && now.st_ino == inode_) unlink(path_.c_str());
}

Listener Listener::on_path(const std::string& path, const ListenOptions& options) {
  const std::string shown = "unix:" + path;
  const sockaddr_un address = transport::unix_socket_address(path);
  refuse_other_than_socket(path, shown);
  sys::Fd lock = lock_path(path, shown);
  refuse_served(address, shown);
  unlink(path.c_str());
  sys::Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // Created without any rights, which are widened below, so that nobody connects before the mode is as requested.
  const mode_t before = umask(0777);
  const bool bound = fd && bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  const int error = errno;
  umask(before);
  if (!bound) sys::fail("cannot listen on " + shown, error);
  struct stat made = {};
  if (lstat(path.c_str(), &made) != 0) sys::fail("cannot listen on " + shown);
  Listener listener(std::move(fd), shown);
  listener.lock_ = std::move(lock);
  listener.path_ = path;
  listener.device_ = made.st_dev;
  listener.inode_ = made.st_ino;
  if (chmod(path.c_str(), options.mode) != 0 || listen(listener.get(), backlog) != 0) {
    sys::fail("cannot listen on " + shown);
  }
  return listener;
}

namespace {

Listener listen_tcp(const transport::Resolved& address, const std::string& shown) {
  sys::Fd fd(socket(address.family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) sys::fail("cannot listen on " + shown);
  const int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address.family == AF_INET6) setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (bind(fd.get(), address.address(), address.size) != 0 || listen(fd.get(), backlog) != 0) {
    sys::fail("cannot listen on " + shown);
  }
  std::string bound = bound_address(fd.get());
  return {std::move(fd), std::move(bound)};
}

/// Whether only this machine can reach it.
bool is_loopback(const transport::Resolved& address) {
  if (address.family == AF_INET)
    return ntohl(reinterpret_cast<const sockaddr_in*>(address.address())->sin_addr.s_addr) >> 24 == 127;
  return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(address.address())->sin6_addr) != 0;
}

/// Whether this machine has no such address, as without IPv6 it has no ::1 for localhost.
bool is_missing_here(const std::error_code& error) {
  return error == std::errc::address_family_not_supported || error == std::errc::address_not_available;
}

void listen_tcp(std::vector<Listener>& listeners, const transport::TcpAddress& address, const std::string& shown,
                bool remote) {
  const std::vector<transport::Resolved> all = transport::resolve(address, shown, true);
  if (!remote && !std::all_of(all.begin(), all.end(), is_loopback)) {
    throw std::runtime_error(
        fmt::format("cannot listen on {}: other machines could reach it; --remote allows that", shown));
  }
  std::exception_ptr missing;
  const std::size_t before = listeners.size();
  for (const auto& one : all) {
    try {
      listeners.push_back(listen_tcp(one, shown));
    } catch (const std::system_error& error) {
      if (!is_missing_here(error.code())) throw;
      missing = std::current_exception();
    }
  }
  if (listeners.size() == before && missing) std::rethrow_exception(missing);
}

template <typename Number>
std::optional<Number> number_of_environment(const char* variable) {
  return parse_number<Number>(sys::variable(variable));
}

}  // namespace

void listen_on(std::vector<Listener>& listeners, const std::string& address, const ListenOptions& options) {
  const transport::Address parsed = transport::parse_address(address);
  if (const auto* local = std::get_if<transport::UnixAddress>(&parsed)) {
    listeners.push_back(Listener::on_path(local->path, options));
  } else {
    listen_tcp(listeners, std::get<transport::TcpAddress>(parsed), address, options.remote);
  }
}

Listener inherited_listener(int fd) {
  std::string address = bound_address(fd);
  return {take_over(fd), std::move(address)};
}

Sockets inherited_sockets() {
  const bool ours = number_of_environment<pid_t>("LISTEN_PID").value_or(0) == getpid();
  const unsigned count = ours ? number_of_environment<unsigned>("LISTEN_FDS").value_or(0) : 0;
  for (const char* variable : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) unsetenv(variable);

  Sockets inherited;
  for (unsigned i = 0; i < count; ++i) {
    const int fd = first_inherited + static_cast<int>(i);
    const SocketKind kind = kind_of(fd);
    if (kind == SocketKind::none) {
      throw std::runtime_error(fmt::format("descriptor {} of LISTEN_FDS is no socket", fd));
    }
    if (kind == SocketKind::connected) inherited.connections.push_back(take_over(fd));
    else inherited.listeners.push_back(inherited_listener(fd));
  }
  return inherited;
}

}  // namespace server
