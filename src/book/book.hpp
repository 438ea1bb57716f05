// SPDX-License-Identifier: MIT
// A book: runs batches of requests against a store, and turns whatever comes of it into reply lines.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "book/batch.hpp"
#include "book/share.hpp"
#include "store/store.hpp"

namespace book {

class Book {
 public:
  explicit Book(std::unique_ptr<store::Store> store) : store_(std::move(store)), batch_(*store_) {}

  /// Runs one batch as one transaction. When it returns, every change that a reply acknowledges is durable, so the
  /// replies may be written. Throws std::runtime_error when the store can't be read: then nothing was acknowledged.
  void run(std::span<Share> shares);

  /// A change could not be made durable, and its outcome is unknown: write the replies and end with status 2.
  [[nodiscard]] bool failed() const { return !outcome_.empty(); }

 private:
  void attempt(std::span<Share> shares, std::string_view refusal);

  std::unique_ptr<store::Store> store_;
  Batch batch_;
  std::vector<std::size_t> unread_;  // what was in each share's replies before its batch
  std::string outcome_;              // the error that every change gets once one has failed so
};

}  // namespace book
