// SPDX-License-Identifier: MIT
// Running a batch: requests in order, in runs of the same kind, since a store finds, puts and erases many records
// faster at once than one by one. It keeps its memory from one batch to the next, so a batch allocates none.
#pragma once

#include <string_view>
#include <vector>

#include "book/share.hpp"
#include "store/store.hpp"

namespace book {

class Batch {
 public:
  explicit Batch(store::Store& store) : store_(store) {}

  /// Answers as many requests of every share as its unread replies allow; of a batch that `changes` the book all, for
  /// the sake of one commit. With a `refusal`, requests that write are answered with that error instead of being run.
  /// Throws what the store throws.
  void run(std::span<Share> shares, bool changes, std::string_view refusal);

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
  std::size_t run_finds(std::span<const std::string_view> names, std::size_t first);
  void run_alone(Share& share, const protocol::Request& request);
  void answer(Share& share, const protocol::Request& request);
  void list(std::string& replies, std::string_view prefix, std::size_t limit);
  void search(std::string& replies, std::string_view terms);
  void help(std::string& replies);
  std::span<const std::string_view> names();

  store::Store& store_;
  bool changes_ = false;
  std::string_view refusal_;
  std::vector<Item> collected_;  // requests of one kind, in order, not run yet
  // What the store is given of them.
  std::vector<std::string_view> names_;
  std::vector<store::Record> records_;
};

}  // namespace book
