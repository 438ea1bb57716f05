// SPDX-License-Identifier: MIT
// Turns an address as a user writes it into what the kernel takes.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <string>
#include <vector>

#include "transport/address.hpp"

namespace transport {

/// Throws std::runtime_error if the path is empty or longer than 107 bytes (unix(7)).
sockaddr_un unix_socket_address(const std::string& path);

struct Resolved {
  int family;
  sockaddr_storage storage;
  socklen_t size;

  [[nodiscard]] const sockaddr* address() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// Returns every address that the name stands for, at least one. Throws std::runtime_error "bad address: SHOWN:
/// reason".
std::vector<Resolved> resolve(const TcpAddress& address, const std::string& shown, bool to_listen);

}  // namespace transport
