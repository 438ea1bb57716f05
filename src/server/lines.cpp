// SPDX-License-Identifier: MIT
#include "server/lines.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "protocol/limits.hpp"
#include "sys/error.hpp"

namespace server {

Lines::Lines(const Bounds& bounds)
    : buffer_(std::make_unique_for_overwrite<char[]>(smallest_capacity)), bounds_(bounds) {}

Lines::ReadResult Lines::read_from(int fd) {
  make_room();
  ssize_t got = 0;
  do {
    got = read(fd, buffer_.get() + end_, std::min(capacity_ - end_, bounds_.per_read));
  } while (got < 0 && errno == EINTR);
  if (got > 0) end_ += static_cast<std::size_t>(got);
  if (got > 0) return ReadResult::more;
  if (got == 0) return ReadResult::end;
  if (errno == EAGAIN) return ReadResult::nothing_yet;
  if (errno == ECONNRESET || errno == ETIMEDOUT || errno == EPIPE) return ReadResult::reset;
  sys::fail("cannot read the input");
}

void Lines::take_from(std::string_view& bytes) {
  make_room();
  const std::size_t size = std::min(bytes.size(), capacity_ - end_);
  std::memcpy(buffer_.get() + end_, bytes.data(), size);
  end_ += size;
  bytes.remove_prefix(size);
}

/// Moves an incomplete line to the front, and doubles a buffer that the last read filled: the sender is ahead of us.
void Lines::make_room() {
  const std::string_view partial = unread();
  if (end_ == capacity_ && capacity_ < bounds_.bytes) {
    auto larger = std::make_unique_for_overwrite<char[]>(capacity_ * 2);
    std::memcpy(larger.get(), partial.data(), partial.size());
    buffer_ = std::move(larger);
    capacity_ *= 2;
  } else {
    std::memmove(buffer_.get(), partial.data(), partial.size());
  }
  start_ = 0;
  end_ = partial.size();
}

std::span<const protocol::Request> Lines::requests() {
  if (next_ == requests_.size()) parse_lines();
  return std::span(requests_).subspan(next_);
}

void Lines::parse_lines() {
  requests_.clear();
  next_ = 0;
  memory_.release();
  while (requests_.size() < bounds_.requests) {
    const std::string_view text = unread();
    const auto* feed = static_cast<const char*>(std::memchr(text.data(), '\n', text.size()));
    if (feed == nullptr) return take_partial_line();
    std::string_view line = text.substr(0, static_cast<std::size_t>(feed - text.data()));
    start_ += line.size() + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    take_line(line);
  }
}

/// Leaves an incomplete line until its end comes, unless it is already too long or the input has ended.
void Lines::take_partial_line() {
  const std::string_view partial = unread();
  if (partial.empty()) return;
  if (finished_) {
    start_ = end_;
    take_line(partial);
  } else if (dropping_ || partial.size() > protocol::max_line + 1) {  // the last byte may be the CR of its end
    start_ = end_;
    if (!dropping_) requests_.push_back(protocol::line_too_long());
    dropping_ = true;
  }
}

void Lines::take_line(std::string_view line) {
  if (!dropping_) requests_.push_back(protocol::parse(line, memory_));
  dropping_ = false;
}

}  // namespace server
