// SPDX-License-Identifier: MIT
#include "store/book_file.hpp"

#include <system_error>

#include "store/store.hpp"

namespace store {
namespace {

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

void BookFile::lock() {
  try {
    lock_.lock(patient_);
    locked_ = true;
    if (!sys::is_same_file(shown_, path_))
      throw NotStored("the book has been moved, replaced or removed since it was opened");
  } catch (const std::system_error& error) {
    patient_ = false;
    throw NotStored(error.what());
  }
  patient_ = true;
}

void BookFile::lock_now() {
  patient_ = false;
  lock();
}

void BookFile::unlock() noexcept {
  if (locked_) lock_.unlock();
  locked_ = false;
}

}  // namespace store
