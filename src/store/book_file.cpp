// SPDX-License-Identifier: MIT
#include "store/book_file.hpp"

#include <system_error>

#include "store/store.hpp"

namespace store {
namespace {

using std::chrono::milliseconds;

/// None of our writers holds a lock for longer than one batch.
constexpr milliseconds longest_wait{4'000};
constexpr milliseconds last_wait{250};

std::string made_when_missing(const std::string& path) {
  sys::make_folders_for(path);
  sys::create_file(path);
  std::string resolved = sys::real_path(path);
  sys::expect_file(resolved, path);
  return resolved;
}

}  // namespace

BookFile::BookFile(const std::string& path)
    : shown_(path), path_(made_when_missing(path)), lock_(path_ + ".lock", path_) {}

void BookFile::lock() { lock(patient_ ? longest_wait : milliseconds::zero()); }

void BookFile::lock_soon() { lock(patient_ ? last_wait : milliseconds::zero()); }

void BookFile::lock(milliseconds patience) {
  try {
    sys::expect_no_write_protection(path_, shown_);  // a text book would be replaced all the same
    lock_.lock(patience);
    locked_ = true;
    if (!sys::is_same_file(shown_, path_))
      throw NotStored("the book has been moved, replaced or removed since it was opened");
  } catch (const std::system_error& error) {
    patient_ = error.code() != std::errc::device_or_resource_busy;
    throw NotStored(error.what());
  }
  patient_ = true;
}

void BookFile::unlock() noexcept {
  if (locked_) lock_.unlock();
  locked_ = false;
}

}  // namespace store
