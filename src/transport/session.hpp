// SPDX-License-Identifier: MIT
// One conversation, over any transport: what the client has sent, and the replies that it has not received yet.
#pragma once

#include <string>

#include "book/book.hpp"
#include "transport/lines.hpp"

namespace transport {

struct Session {
  /// See Lines::Lines.
  explicit Session(std::size_t most_ahead) : lines(most_ahead) {}

  Lines lines;
  std::string replies;
  bool read_only = false;
  bool said_bye = false;

  /// Returns its part of the next batch.
  [[nodiscard]] book::Share share() {
    return {.requests = lines.requests(), .replies = replies, .read_only = read_only};
  }
  /// Records the outcome of the batch.
  void settle(const book::Share& share) {
    lines.answered(share.answered);
    said_bye = share.ended;
  }
};

}  // namespace transport
