// SPDX-License-Identifier: MIT
#include "filter/ni.hpp"

#include <array>
#include <cstring>
#include <utility>

namespace filter {
namespace {

constexpr std::size_t capacity = 1 << 16;

/// Copies `Size` bytes from the beginning and as many from the end, which may overlap.
template <std::size_t Size>
inline void copy_both_ends(char* to, std::string_view text) {
  std::array<char, Size> first;
  std::array<char, Size> last;
  std::memcpy(first.data(), text.data(), Size);
  std::memcpy(last.data(), text.data() + text.size() - Size, Size);
  std::memcpy(to, first.data(), Size);
  std::memcpy(to + text.size() - Size, last.data(), Size);
}

/// memcpy() without a call for what is as long as most lines (measured: a tenth of the time).
inline void copy(char* to, std::string_view text) {
  if (text.size() > 64) std::memcpy(to, text.data(), text.size());
  else if (text.size() >= 32) copy_both_ends<32>(to, text);
  else if (text.size() >= 16) copy_both_ends<16>(to, text);
  else if (text.size() >= 8) copy_both_ends<8>(to, text);
  else std::memcpy(to, text.data(), text.size());
}

}  // namespace

NiFormat::NiFormat(const Ni& options, Write write)
    : before_(options.word + options.line_end),
      after_(options.line_end + options.word + options.line_end),
      between_(after_ + before_),
      empty_(std::string("Error: received empty message") + options.line_end),
      whole_input_(options.whole_input),
      line_end_(options.line_end),
      write_(std::move(write)),
      said_(std::make_unique_for_overwrite<char[]>(capacity)) {}

bool NiFormat::format(std::string_view bytes) {
  if (whole_input_) format_message(bytes);
  else format_lines(bytes);
  return flush();
}

bool NiFormat::finish() {
  if (begun_) say(after_);
  else if (whole_input_) say(empty_);
  begun_ = false;
  return flush();
}

void NiFormat::format_lines(std::string_view bytes) {
  while (const void* found = std::memchr(bytes.data(), line_end_, bytes.size())) {
    const auto size = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
    const std::string_view line = bytes.substr(0, size);
    bytes.remove_prefix(size + 1);
    if (line.empty() && !begun_) {
      say(empty_);
    } else {
      format_part(line);
      begun_ = !bytes.empty() && bytes.front() != line_end_;
      say(begun_ ? between_ : after_);
    }
  }
  if (!bytes.empty()) format_part(bytes);
}

/// Formats the beginning of a message, or more of it.
void NiFormat::format_part(std::string_view part) {
  if (!begun_) say(before_);
  begun_ = true;
  say(part);
}

/// The last line end of the input ends the message and isn't part of it, so one line end is always held back.
void NiFormat::format_message(std::string_view bytes) {
  if (bytes.empty()) return;
  if (held_end_) format_part({&line_end_, 1});
  held_end_ = bytes.back() == line_end_;
  if (held_end_) bytes.remove_suffix(1);
  if (!bytes.empty()) format_part(bytes);
}

inline void NiFormat::say(std::string_view text) {
  if (text.size() > capacity - size_) flush();
  if (text.size() > capacity) {
    is_read_ = is_read_ && write_(text);
  } else {
    copy(said_.get() + size_, text);
    size_ += text.size();
  }
}

bool NiFormat::flush() {
  const std::string_view piece{said_.get(), std::exchange(size_, 0)};
  is_read_ = is_read_ && write_(piece);
  return is_read_;
}

}  // namespace filter
