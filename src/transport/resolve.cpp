// SPDX-License-Identifier: MIT
#include "transport/resolve.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <nss.h>

#include <cstring>
#include <memory>
#include <stdexcept>

namespace transport {

sockaddr_un unix_socket_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    throw std::runtime_error(
        fmt::format("bad address: {}: the path of a socket has at most {} bytes", path, sizeof address.sun_path - 1));
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

std::vector<Resolved> resolve(const TcpAddress& address, const std::string& shown, bool to_listen) {
  __nss_configure_lookup("hosts", "files dns");  // other sources are modules, which a static program can't load
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = to_listen ? AI_PASSIVE : 0;
  addrinfo* list = nullptr;
  const char* host = address.host.empty() ? nullptr : address.host.c_str();
  if (const int code = getaddrinfo(host, address.port.c_str(), &hints, &list); code != 0) {
    throw std::runtime_error(fmt::format("bad address: {}: {}", shown, gai_strerror(code)));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, freeaddrinfo);
  std::vector<Resolved> all;
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
    Resolved resolved{one->ai_family, {}, one->ai_addrlen};
    std::memcpy(&resolved.storage, one->ai_addr, one->ai_addrlen);
    all.push_back(resolved);
  }
  return all;
}

}  // namespace transport
