// SPDX-License-Identifier: MIT
// What a conversation contributes to a batch, and what it gets back.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "protocol/limits.hpp"
#include "protocol/request.hpp"

namespace book {

/// One conversation's part in a batch.
struct Share {
  /// In the order they came.
  std::span<const protocol::Request> requests;
  /// Where its replies are appended. While it holds more than `most_replies` bytes, no further request of this
  /// conversation is run.
  std::string& replies;
  std::size_t most_replies = protocol::max_unread_replies;
  bool read_only = false;
  /// About how many more requests of this conversation are on their way: a hint.
  std::size_t expected = 0;

  /// Set by Book::run: how many of the requests were answered. The others are left for a later batch.
  std::size_t answered = 0;
  /// Set by Book::run: the conversation said `bye`, and is to be closed once its replies are written.
  bool ended = false;
};

}  // namespace book
