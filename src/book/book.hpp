// SPDX-License-Identifier: MIT
// A book: runs batches of requests against a store, and turns every outcome into reply lines.
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

  /// The error that every change gets once one could not be made durable, so that its outcome is unknown: write the
  /// replies and exit with status 2. Empty while all is well.
  [[nodiscard]] const std::string& failure() const { return outcome_; }

 private:
  void attempt(std::span<Share> shares, std::string_view refusal);

  std::unique_ptr<store::Store> store_;
  Batch batch_;
  std::vector<std::size_t> unread_;  // the size of each share's replies before the batch
  std::string outcome_;              // the error for every change once the outcome of one is unknown
};

}  // namespace book
