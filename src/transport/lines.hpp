// SPDX-License-Identifier: MIT
// Bytes in, request lines out: the input half of a conversation.
#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <span>
#include <string_view>
#include <vector>

#include "protocol/limits.hpp"
#include "protocol/request.hpp"

namespace transport {

/// Holds what was read and not yet answered. Requests point into it, so the order is: read, answer until requests() is
/// empty, read again.
class Lines {
 public:
  /// At most so many bytes are read ahead; a batch is at most so large. No less than smallest_capacity.
  explicit Lines(std::size_t most_capacity);
  /// Room for the longest line, its CR and LF, and one byte more, which tells one that is too long.
  static constexpr std::size_t smallest_capacity = 2 * protocol::max_line;

  /// In a batch: enough for a commit to be cheap for each, little enough to be held for every client.
  static constexpr std::size_t most_requests = 2048;

  /// `reset` is an end at which a begun line is not to be trusted.
  enum class Input { more, nothing_yet, end, reset };
  /// One read from `fd`, as large as there is room. Only when requests() is empty. Throws std::system_error.
  Input read_from(int fd);
  /// The same from memory: takes what there is room for off the front of `bytes`.
  void take_from(std::string_view& bytes);

  /// Nothing more will be read: a line without its end counts as a line.
  void finish() { finished_ = true; }

  /// The next of the requests at hand, understood when they are asked for and not more than a batch of them, since they
  /// take more memory than their lines. Empty only when no complete line is left.
  std::span<const protocol::Request> requests();
  void answered(std::size_t number) { next_ += number; }
  /// Whether there was more than a batch of them: the sender is ahead of us.
  [[nodiscard]] bool is_batch_full() const { return requests_.size() == most_requests; }
  /// Whether a line has begun and its end has not come.
  [[nodiscard]] bool has_begun_line() const { return dropping_ || start_ < end_; }
  /// What was read and not yet understood.
  [[nodiscard]] std::string_view unread() const { return {buffer_.get() + start_, end_ - start_}; }

 private:
  void make_room();
  void understand();
  void take_begun_line();
  void take_line(std::string_view line);

  std::unique_ptr<char[]> buffer_;
  std::size_t most_capacity_;
  std::size_t capacity_ = smallest_capacity;
  std::size_t start_ = 0;  // of the bytes that no request was made of yet
  std::size_t end_ = 0;    // of the bytes that were read
  bool finished_ = false;
  bool dropping_ = false;  // the rest of a line that was too long
  std::vector<protocol::Request> requests_;
  std::size_t next_ = 0;                        // of requests_, not answered yet
  std::pmr::monotonic_buffer_resource memory_;  // of the requests' rewritten texts
};

}  // namespace transport
