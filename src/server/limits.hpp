// SPDX-License-Identifier: MIT
// How many clients are served at once, in total and per user, and how long an idle one is kept.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

namespace server {

struct Limits {
  std::size_t max_clients = 1024;
  std::size_t max_per_user = 512;
  std::chrono::seconds idle_timeout{0};  // 0: none
};

/// Counts the admitted clients, in total and per user (Peer::user).
class ClientCount {
 public:
  explicit ClientCount(const Limits& limits) : limits_(limits) {}

  [[nodiscard]] std::size_t total() const { return total_; }
  [[nodiscard]] bool has_room_for(const std::string& user) const {
    const auto same = per_user_.find(user);
    return total_ < limits_.max_clients && (same == per_user_.end() || same->second < limits_.max_per_user);
  }
  void add(const std::string& user) {
    ++total_;
    ++per_user_[user];
  }
  void remove(const std::string& user) {
    --total_;
    const auto same = per_user_.find(user);
    if (--same->second == 0) per_user_.erase(same);
  }

 private:
  Limits limits_;
  std::size_t total_ = 0;
  std::unordered_map<std::string, std::size_t> per_user_;
};

}  // namespace server
