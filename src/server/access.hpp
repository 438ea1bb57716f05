// SPDX-License-Identifier: MIT
// Who may do what: the allow-list, checked against what the kernel says about a Unix socket's peer.
#pragma once

#include <string>
#include <vector>

#include "server/socket.hpp"

namespace server {

enum class Right { none, read, write };

/// Who may do what, of those who connect (--allow, --read-only).
class AccessList {
 public:
  /// `who` is a user name, a uid, or `@GROUP` (name or gid), optionally followed by `:ro`. Throws std::runtime_error.
  void allow(const std::string& who);
  /// From now on nobody may write.
  void make_read_only() { read_only_ = true; }

  /// Root and the server's own user may always connect. Without a list, so may anyone whom the socket lets in; with
  /// one, only those on it, and nobody over TCP, which does not identify users.
  [[nodiscard]] Right right_of(const Peer& peer) const;

 private:
  struct Rule {
    bool is_group;
    unsigned id;
    Right right;
  };
  std::vector<Rule> rules_;
  bool read_only_ = false;
};

}  // namespace server
