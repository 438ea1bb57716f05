// SPDX-License-Identifier: MIT
// A text book as it was read, which answers without an index: lines `NAME:ENTRY` in canonical form and in order of
// their names, as we write them. A name is found by binary search over the bytes, which jumps into the middle and goes
// back to the start of the line there.
//
// Why: a program started for one question has to read the book and check every line, but copying and hashing all of
// them for one find would cost several times as much.
#pragma once

#include "store/store.hpp"

namespace store {

/// Takes the first line off `text` and returns it without its line end, LF or CR LF. The last line may have none.
inline std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (end != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

class SortedLines {
 public:
  /// `text` has `size` lines, and outlives this.
  SortedLines(std::string_view text, std::size_t size) : text_(text), size_(size) {}

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] std::size_t size() const { return size_; }

  void find(std::span<const std::string_view> names, const Found& found) const;
  void list(std::string_view prefix, std::size_t limit, const Visit& visit) const;
  void search(const Filter& filter, const Visit& visit) const;

 private:
  [[nodiscard]] std::string_view from(std::string_view name) const;

  std::string_view text_;
  std::size_t size_;
};

}  // namespace store
