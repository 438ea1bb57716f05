// SPDX-License-Identifier: MIT
// Sockets as a server has them: telling their kind, identifying the peer, and closing without losing a reply.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace server {

enum class SocketKind { none, listening, connected };
/// Tells what `fd` is, by SO_ACCEPTCONN.
SocketKind kind_of(int fd);

/// The peer of an accepted connection, as it was when it connected (SO_PEERCRED, unix(7)).
struct Peer {
  std::optional<uid_t> uid{};   // Unix sockets only
  std::vector<gid_t> groups{};  // likewise: its own and supplementary ones
  std::string user;             // what --max-per-user counts by: the uid, or the address
  std::string name;             // for the log
};
Peer peer_of(int fd);

/// Returns the address that a listening socket is bound to, in the form of `-l`.
std::string bound_address(int fd);

/// Ends an accepted connection without losing its last reply to a reset: shuts down our side, then reads and drops
/// input until the peer has closed or a second has passed. Does nothing if `fd` is not a socket.
void close_gently(int fd);

}  // namespace server
