// SPDX-License-Identifier: MIT
#include "store/book_file.hpp"

#include <system_error>

#include "store/store.hpp"

namespace store {
namespace {

std::string made_when_missing(const std::string& path) {
  sys::make_folders_for(path);
  sys::create_file(path);
  std::string resolved = sys::resolve(path);
  sys::expect_file(resolved, path);
  return resolved;
}

}  // namespace

BookFile::BookFile(const std::string& path)
    : shown_(path), path_(made_when_missing(path)), lock_(path_ + ".lock", path_) {}

void BookFile::lock() {
  try {
    lock_.lock();
  } catch (const std::system_error& error) {
    throw NotStored(error.what());
  }
  locked_ = true;
}

void BookFile::unlock() noexcept {
  if (locked_) lock_.unlock();
  locked_ = false;
}

}  // namespace store
