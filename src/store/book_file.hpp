// SPDX-License-Identifier: MIT
// Where a book is kept on the disk, and the lock that its writers queue at.
#pragma once

#include <string>

#include "sys/file.hpp"

namespace store {

class BookFile {
 public:
  /// Makes the book, empty, and its folders when missing. Throws std::system_error.
  explicit BookFile(const std::string& path);

  /// As the user gave it, for messages.
  [[nodiscard]] const std::string& shown() const { return shown_; }
  /// The file itself, links resolved.
  [[nodiscard]] const std::string& path() const { return path_; }

  /// Waits until no other process writes to the book; once that was in vain, no more until it has been free. Throws
  /// NotStored, also when a link that led to the book leads elsewhere now.
  void lock();
  /// Does nothing where lock() was not called.
  void unlock() noexcept;
  [[nodiscard]] bool is_locked() const { return locked_; }

 private:
  std::string shown_;
  std::string path_;
  sys::FileLock lock_;  // on BOOK.lock: a rename of the book would lose a lock on the book itself
  bool locked_ = false;
  bool patient_ = true;
};

}  // namespace store
