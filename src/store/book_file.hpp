// SPDX-License-Identifier: MIT
// Where a book is on disk, and the lock that its writers queue for.
#pragma once

#include <chrono>
#include <string>

#include "sys/file.hpp"

namespace store {

class BookFile {
 public:
  /// Creates an empty book, and its folders, where they are missing. Throws std::system_error.
  explicit BookFile(const std::string& path);

  /// As the user gave it, for messages.
  [[nodiscard]] const std::string& shown() const { return shown_; }
  /// The file itself, links resolved.
  [[nodiscard]] const std::string& path() const { return path_; }

  /// Waits until no other process writes to the book. After one timeout, later calls fail at once until the lock has
  /// been free again. Throws NotStored, also when a link that led to the book now leads elsewhere.
  void lock();
  /// As lock(), for who ends and has little time.
  void lock_soon();
  /// Does nothing if the lock isn't held.
  void unlock() noexcept;
  [[nodiscard]] bool is_locked() const { return locked_; }

 private:
  void lock(std::chrono::milliseconds patience);

  std::string shown_;
  std::string path_;
  sys::FileLock lock_;  // on BOOK.lock: a lock on the book itself would be lost when the book is replaced
  bool locked_ = false;
  bool patient_ = true;
};

}  // namespace store
