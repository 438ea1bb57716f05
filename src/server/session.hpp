// SPDX-License-Identifier: MIT
// One conversation, over any transport: what the client has sent, and the replies that it has not received yet.
#pragma once

#include <string>

#include "book/book.hpp"
#include "server/lines.hpp"

namespace server {

class Session {
 public:
  explicit Session(const Lines::Bounds& bounds) : lines(bounds) {}

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

  /// Whether the first line that is not empty turns out to be HTTP's: then nothing may be run. To be asked after each
  /// read. A browser can be made to POST to a local port, with requests in the body.
  [[nodiscard]] bool speaks_http();

 private:
  bool first_line_seen_ = false;
};

}  // namespace server
