// SPDX-License-Identifier: MIT
#include "transport/connect.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <variant>

#include "sys/error.hpp"
#include "transport/address.hpp"
#include "transport/resolve.hpp"

namespace transport {
namespace {

sys::Fd connect_unix(const std::string& path, const std::string& shown) {
  const sockaddr_un address = unix_socket_address(path);
  sys::Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd || connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    sys::fail("cannot connect to " + shown);
  }
  return fd;
}

sys::Fd connect_tcp(const TcpAddress& address, const std::string& shown) {
  int error = 0;
  for (const auto& one : resolve(address, shown, false)) {
    sys::Fd fd(socket(one.family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (fd && connect(fd.get(), one.address(), one.size) == 0) {
      const int on = 1;
      setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return fd;
    }
    error = errno;
  }
  sys::fail("cannot connect to " + shown, error);
}

}  // namespace

sys::Fd connect_to(const std::string& address) {
  const Address parsed = parse_address(address);
  if (const auto* local = std::get_if<UnixAddress>(&parsed)) return connect_unix(local->path, address);
  return connect_tcp(std::get<TcpAddress>(parsed), address);
}

}  // namespace transport
