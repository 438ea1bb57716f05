// SPDX-License-Identifier: MIT
// One try at running a batch: requests in order, in runs of the same kind, since a store finds, puts and erases many
// records faster at once than one by one.
#pragma once

#include <string_view>
#include <vector>

#include "book/book.hpp"

namespace book {

class Batch {
 public:
  /// Of a batch that `changes` the book all are run, for the sake of one commit. With a `refusal`, requests that write
  /// are answered with that error instead of being run.
  Batch(store::Store& store, bool changes, std::string_view refusal)
      : store_(store), changes_(changes), refusal_(refusal) {}

  /// Answers as many requests of every share as its unread replies allow. Throws what the store throws.
  void run(std::span<Share> shares);

 private:
  struct Item {
    Share* share;
    const protocol::Request* request;
  };

  void run(Share& share);
  [[nodiscard]] std::string_view why_not(const Share& share, const protocol::Request& request) const;
  void run_collected();
  void run_adds();
  void run_removes();
  void run_finds();
  void run_alone(Share& share, const protocol::Request& request);
  void list(std::string& replies, std::string_view prefix);
  void search(std::string& replies, std::string_view terms);
  void help(std::string& replies);
  [[nodiscard]] std::vector<std::string_view> names() const;

  store::Store& store_;
  bool changes_;
  std::string_view refusal_;
  std::vector<Item> collected_;  // requests of one kind, in order, not run yet
};

}  // namespace book
