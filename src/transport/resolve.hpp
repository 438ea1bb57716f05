// SPDX-License-Identifier: MIT
// From an address as a user writes it to what the kernel takes.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <string>
#include <vector>

#include "transport/address.hpp"

namespace transport {

/// Throws std::runtime_error where the path does not fit (107 bytes, unix(7)).
sockaddr_un unix_socket_address(const std::string& path);

struct Resolved {
  int family;
  sockaddr_storage storage;
  socklen_t size;

  [[nodiscard]] const sockaddr* address() const { return reinterpret_cast<const sockaddr*>(&storage); }
  /// Whether only this machine can reach it.
  [[nodiscard]] bool is_loopback() const;
};

/// Every address that the name stands for, at least one. Throws std::runtime_error that shows `shown` and the reason.
std::vector<Resolved> resolve(const TcpAddress& address, const std::string& shown, bool to_listen);

}  // namespace transport
