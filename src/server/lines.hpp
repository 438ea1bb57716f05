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

namespace server {

/// Holds what was read but not yet answered. Requests point into it, so the order is: read, answer until requests() is
/// empty, read again.
class Lines {
 public:
  /// Room for the longest line, its CR and LF, and one more byte, which shows that a line is too long; and for about as
  /// much again, so that a read can bring many requests behind half a line. What is not read into takes no memory.
  static constexpr std::size_t smallest_capacity = 2 * protocol::max_line;

  /// What one conversation may hold.
  struct Bounds {
    std::size_t bytes;     // read ahead; at least smallest_capacity
    std::size_t per_read;  // bytes
    std::size_t requests;  // per batch: enough to make a commit cheap for each
  };
  explicit Lines(const Bounds& bounds);

  /// After `reset`, unlike `end`, an incomplete line must not be run.
  enum class ReadResult { more, nothing_yet, end, reset };
  /// Reads once from `fd`, as much as there is room for. Only when requests() is empty. Throws std::system_error.
  ReadResult read_from(int fd);
  /// As above, but from memory: removes what there is room for from the front of `bytes`.
  void take_from(std::string_view& bytes);

  /// Nothing more will be read: an unterminated last line counts as a line.
  void finish() { finished_ = true; }

  /// Returns the next requests, at most a batch: they are parsed only when asked for, since they take more memory than
  /// their lines. Empty only when no complete line is left.
  std::span<const protocol::Request> requests();
  void answered(std::size_t number) { next_ += number; }
  /// Whether the last batch was full: the sender is ahead of us.
  [[nodiscard]] bool is_batch_full() const { return requests_.size() == bounds_.requests; }
  /// Whether a line has been read without its end.
  [[nodiscard]] bool has_partial_line() const { return dropping_ || start_ < end_; }
  /// Bytes read but not yet parsed.
  [[nodiscard]] std::string_view unread() const { return {buffer_.get() + start_, end_ - start_}; }

 private:
  void make_room();
  void parse_lines();
  void take_partial_line();
  void take_line(std::string_view line);

  std::unique_ptr<char[]> buffer_;
  Bounds bounds_;
  std::size_t capacity_ = smallest_capacity;
  std::size_t start_ = 0;  // where the bytes not yet parsed begin
  std::size_t end_ = 0;    // where the bytes read end
  bool finished_ = false;
  bool dropping_ = false;  // the rest of a line that was too long
  std::vector<protocol::Request> requests_;
  std::size_t next_ = 0;                        // the first of requests_ not answered yet
  std::pmr::monotonic_buffer_resource memory_;  // for the requests' rewritten texts
};

}  // namespace server
