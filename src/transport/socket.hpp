// SPDX-License-Identifier: MIT
// Sockets: connecting, what kind one is, who is at its other end, and closing without losing a reply.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "sys/fd.hpp"
#include "transport/address.hpp"

namespace transport {

/// A connection to a server. Throws std::runtime_error "cannot connect to ADDRESS: reason".
sys::Fd connect_to(const std::string& address);

enum class SocketKind { none, listening, connected };
/// What `fd` is, by SO_ACCEPTCONN.
SocketKind kind_of(int fd);

/// The other end of an accepted connection, as the kernel knew it at accept.
struct Peer {
  std::optional<uid_t> uid{};   // Unix sockets only
  std::vector<gid_t> groups{};  // likewise: its own and its supplementary ones
  std::string user;             // what --max-per-user counts by: the uid, or the address
  std::string name;             // for the log
};
Peer peer_of(int fd);

/// The address that a listening socket is bound to, in the form of `-l`.
std::string bound_address(int fd);

/// Ends an accepted connection so that its last reply is not lost to a reset: says that no more will come, then reads
/// and drops until the other end has closed, or a second has passed. Does nothing for what is no socket.
void close_gently(int fd);

}  // namespace transport
