// SPDX-License-Identifier: MIT
// The plain text book (`.dat`): a line `NAME:ENTRY` for each record, sorted by name, made to be read, grepped and kept
// under version control. It is held in memory and rewritten whole, once per batch that changes it; that suits books of
// up to about 100,000 entries.
//
// In memory it is the text as read, every line checked, until an index pays: once the finds so far, with those known to
// be coming, have cost about what building it would (as for SQLite), or once there is something to change. A book that
// somebody has written in another order, or not in canonical form, is indexed at once.
//
// Constraints: a reader never sees half a book (the new one is renamed over the old one), a damaged book is refused
// with the number of the line and never "repaired" by dropping it.
#pragma once

#include <memory_resource>
#include <optional>
#include <string>

#include "store/book_file.hpp"
#include "store/index.hpp"
#include "store/sorted_lines.hpp"
#include "store/store.hpp"
#include "sys/fd.hpp"
#include "sys/file.hpp"

namespace store {

class Text final : public Store {
 public:
  /// A line of the book can't be read.
  class Damaged : public std::runtime_error {
   public:
    using std::runtime_error::runtime_error;
  };

  /// Opens the book, creating it and its folders when missing. Throws std::runtime_error, std::system_error.
  explicit Text(const std::string& path);

  void begin(Access access, std::size_t expected) override;
  void commit() override;
  void roll_back() override;

  void find(std::span<const std::string_view> names, const Found& found) override;
  void put(std::span<const Record> records) override;
  void erase(std::span<const std::string_view> names, const Erased& erased) override;
  std::uint64_t count() override;
  void list(std::string_view prefix, std::size_t limit, const Visit& visit) override;
  void search(const Filter& filter, const Visit& visit) override;

  /// For the tests: whether finds are answered from the index.
  [[nodiscard]] bool is_indexed() const { return !lines_; }

 private:
  void read_if_changed();
  void reread();
  /// Throws Damaged, which names the line.
  [[nodiscard]] SortedLines as_written(std::string_view text) const;
  [[nodiscard]] std::size_t written_name(std::string_view line, std::size_t number) const;
  [[nodiscard]] Index index_of(const SortedLines& sorted, std::string_view rest) const;
  Record read_line(std::string_view line, std::size_t number, std::pmr::memory_resource& memory) const;
  void make_index();
  void write();
  void end();
  [[noreturn]] void throw_damaged(std::size_t line, std::string_view reason) const;

  BookFile book_;
  Index index_;
  bool changed_ = false;  // index_ differs from the file, which has to be written
  // The book as it was read, until index_ is built from it.
  std::optional<SortedLines> lines_;
  sys::Buffer bytes_;         // of lines_
  std::size_t asked_ = 0;     // finds since it was read
  std::size_t expected_ = 0;  // finds that are on their way
  // The file that the book was read from or written to. It stays open, so that its inode number can't be reused for
  // another writer's new file, which would then look unchanged.
  sys::Fd file_;
  // Why the book can't be read since somebody else changed it. Until that is mended, requests are answered from what
  // was last read, and nothing is written over the book.
  std::string damage_;
  std::optional<sys::FileState> damaged_state_;  // of the book when damage_ was found
  sys::FileState state_{};
};

}  // namespace store
