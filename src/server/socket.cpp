// SPDX-License-Identifier: MIT
#include "server/socket.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <chrono>

namespace server {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds gentle_time{1};

template <typename Value>
std::optional<Value> option(int fd, int name) {
  Value value{};
  socklen_t size = sizeof value;
  if (getsockopt(fd, SOL_SOCKET, name, &value, &size) != 0) return std::nullopt;
  return value;
}

std::vector<gid_t> groups_of(int fd, gid_t own) {
  std::vector<gid_t> groups(64);
  while (true) {
    auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
    const int code = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size);
    if (code != 0 && errno != ERANGE) size = 0;
    groups.resize(size / sizeof(gid_t));
    if (code == 0 || errno != ERANGE) break;
  }
  groups.push_back(own);
  return groups;
}

std::string host_text(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text.data(), text.size());
    return text.data();
  }
  inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, text.data(), text.size());
  return fmt::format("[{}]", text.data());
}

std::string tcp_text(const sockaddr_storage& address) {
  // IPv4 and IPv6 addresses have the port in the same place.
  return fmt::format("tcp:{}:{}", host_text(address), ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port));
}

}  // namespace

SocketKind kind_of(int fd) {
  const auto accepts = option<int>(fd, SO_ACCEPTCONN);
  if (!accepts) return SocketKind::none;
  return *accepts != 0 ? SocketKind::listening : SocketKind::connected;
}

Peer peer_of(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {.user = "?", .name = "?"};
  if (address.ss_family != AF_UNIX) return {.user = host_text(address), .name = tcp_text(address)};
  const auto who = option<ucred>(fd, SO_PEERCRED);
  if (!who) return {.user = "?", .name = "unix"};
  return {.uid = who->uid,
          .groups = groups_of(fd, who->gid),
          .user = fmt::format("uid {}", who->uid),
          .name = fmt::format("unix uid {} pid {}", who->uid, who->pid)};
}

std::string bound_address(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return "?";
  if (address.ss_family != AF_UNIX) return tcp_text(address);
  return fmt::format("unix:{}", reinterpret_cast<const sockaddr_un&>(address).sun_path);
}

void close_gently(int fd) {
  if (kind_of(fd) != SocketKind::connected || shutdown(fd, SHUT_WR) != 0) return;
  const auto end = Clock::now() + gentle_time;
  std::array<char, 4096> dropped{};
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd ready{fd, POLLIN, 0};
    if (left <= 0 || poll(&ready, 1, static_cast<int>(left)) <= 0) return;
    if (recv(fd, dropped.data(), dropped.size(), MSG_DONTWAIT) <= 0) return;
  }
}

}  // namespace server
