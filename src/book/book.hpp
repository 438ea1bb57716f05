// SPDX-License-Identifier: MIT
// A book: runs batches of requests against a store, and turns whatever comes of it into reply lines.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "protocol/request.hpp"
#include "store/store.hpp"

namespace book {

/// One conversation's part in a batch.
struct Share {
  /// In the order in which they came.
  std::span<const protocol::Request> requests;
  /// Where its replies are appended. While more than protocol::max_unread_replies bytes are in it, no further
  /// request of this conversation is run.
  std::string& replies;
  bool read_only = false;
  /// About how many more requests of this conversation are on their way: a hint.
  std::size_t expected = 0;

  /// Set by Book::run: how many of the requests were answered. The others can be run again in a later batch.
  std::size_t answered = 0;
  /// Set by Book::run: the conversation said `bye`, and is to be closed once its replies are written.
  bool ended = false;
};

class Book {
 public:
  explicit Book(std::unique_ptr<store::Store> store) : store_(std::move(store)) {}

  /// Runs one batch as one transaction. When it returns, every change that a reply acknowledges is durable, so the
  /// replies may be written. Throws std::runtime_error when the store can't be read: then nothing was acknowledged.
  void run(std::span<Share> shares);

  /// A change could not be made durable, and its outcome is unknown: write the replies and end with status 2.
  [[nodiscard]] bool failed() const { return !outcome_.empty(); }

 private:
  std::unique_ptr<store::Store> store_;
  std::string outcome_;  // the error that every change gets once one has failed so
};

}  // namespace book
