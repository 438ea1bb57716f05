// SPDX-License-Identifier: MIT
// Bytes in, request lines out: the input half of a conversation.
#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <span>
#include <string_view>
#include <vector>

#include "protocol/request.hpp"

namespace transport {

/// Holds what was read and not yet answered. Requests point into it, so the order is: read, understand the lines,
/// answer all requests, read again.
class Lines {
 public:
  Lines();

  /// `reset` is an end at which a begun line is not to be trusted.
  enum class Input { more, nothing_yet, end, reset };
  /// One read from `fd`, as large as there is room. Only when requests() is empty. Throws std::system_error.
  Input read_from(int fd);
  /// The same from memory: takes what there is room for off the front of `bytes`.
  void take_from(std::string_view& bytes);

  /// Makes requests of the complete lines at hand; with `last` also of a line without its end.
  void understand(bool last = false);

  [[nodiscard]] std::span<const protocol::Request> requests() const;
  void answered(std::size_t number) { next_ += number; }
  /// Whether a line has begun and its end has not come.
  [[nodiscard]] bool has_begun_line() const { return dropping_ || start_ < end_; }
  /// What was read and not yet understood.
  [[nodiscard]] std::string_view unread() const { return {buffer_.get() + start_, end_ - start_}; }

 private:
  void make_room();
  void take_line(std::string_view line);

  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_;
  std::size_t start_ = 0;  // of the bytes that no request was made of yet
  std::size_t end_ = 0;    // of the bytes that were read
  bool dropping_ = false;  // the rest of a line that was too long
  std::vector<protocol::Request> requests_;
  std::size_t next_ = 0;                        // of requests_, not answered yet
  std::pmr::monotonic_buffer_resource memory_;  // of the requests' rewritten texts
};

}  // namespace transport
