// SPDX-License-Identifier: MIT
// Runs a batch: requests in order, but successive ones of a kind together, since a store finds, puts and erases many
// records at once faster than one by one. Memory is kept from one batch to the next, so that only a search allocates
// any.
#pragma once

#include <string_view>
#include <vector>

#include "book/share.hpp"
#include "store/store.hpp"

namespace book {

class Batch {
 public:
  explicit Batch(store::Store& store) : store_(store) {}

  /// Answers as many requests of each share as its unread replies allow, but stops after one that may take long and,
  /// unless the batch `changes` the book, after `most_finds` finds. With a `refusal`, requests that write get that
  /// error instead of being run. Throws what the store throws.
  void run(std::span<Share> shares, bool changes, std::string_view refusal);

 private:
  struct Item {
    Share* share;
    const protocol::Request* request;
  };

  void run(Share& share);
  [[nodiscard]] std::string_view refusal_for(const Share& share, const protocol::Request& request) const;
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
  // Their names or records, for the store.
  std::vector<std::string_view> names_;
  std::vector<store::Record> records_;
};

/// Whether one of its requests may have a reply as large as the book.
bool may_be_large(const Share& share);

/// Whether one of its requests may read all or much of the book.
bool may_take_long(const Share& share);

}  // namespace book
