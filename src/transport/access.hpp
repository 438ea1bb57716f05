// SPDX-License-Identifier: MIT
// Who may do what: the allow-list, held against what the kernel says of a Unix socket's other end.
#pragma once

#include <string>
#include <vector>

#include "transport/socket.hpp"

namespace transport {

enum class Right { none, read, write };

class AccessList {
 public:
  /// `who` is a user's name, a uid, or `@GROUP` (name or gid), and may end in `:ro`. Throws std::runtime_error.
  void allow(const std::string& who);
  /// Nobody may write.
  void make_read_only() { read_only_ = true; }

  /// Root and the server's own user may always connect. Without a list whoever the socket lets in may; with one, those
  /// on it, and nobody over TCP, where there is nothing to tell them by.
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

}  // namespace transport
