// SPDX-License-Identifier: MIT
// Files that survive a crash: made, replaced and locked so that the disk holds the old state or the new, never half.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "sys/fd.hpp"

namespace sys {

/// A failed fsync: nobody knows what the disk holds, and asking again would be answered wrongly (the kernel has
/// dropped the pages), so it is never retried.
class SyncError : public std::system_error {
 public:
  using std::system_error::system_error;
};

/// Makes the folders that `path`'s own folder lacks, mode 0700 whatever the umask adds. Throws std::system_error.
void make_folders_for(const std::string& path);

/// `path` with every symbolic link resolved, or as it is when it does not exist. Throws std::system_error.
std::string resolve(const std::string& path);

/// What tells one content of a file from another, without reading it.
struct FileState {
  unsigned long long device, inode;
  long long size;
  long long modified_s, modified_ns, changed_s, changed_ns;
  bool operator==(const FileState&) const = default;
};
/// Of an open regular file. Throws std::system_error "cannot read PATH: reason", also for a folder or a device.
FileState state_of(const Fd& file, const std::string& path);
/// Of whatever is at `path`; nothing when there is nothing.
std::optional<FileState> state_at(const std::string& path);
/// Whether both paths lead to one file, or neither to any.
bool is_same_file(const std::string& one, const std::string& other);
/// Throws std::system_error "cannot read SHOWN: reason" where `path` is no regular file. It opens nothing: to close a
/// second descriptor of a file would drop the locks that a database in this process has on it (fcntl(2)).
void expect_file(const std::string& path, const std::string& shown);

/// Makes an empty file with mode 0600 and makes its name durable; does nothing where one is. Throws std::system_error.
void create_file(const std::string& path);

/// Replaces the file `path` as a whole: `content` is called with a function that appends bytes; then fsync, rename,
/// fsync of the folder. Mode and owner stay. The caller holds a lock that keeps other writers away, so the temporary
/// file beside it has one fixed name, and a crash leaves at most one. Returns the new file, open for reading. Throws
/// std::system_error where the old file stands unchanged, SyncError where that is not known.
using Append = std::function<void(std::string_view)>;
Fd replace_file(const std::string& path, const std::function<void(const Append&)>& content);

/// An exclusive flock(2) on a lock file of its own, made when it is first taken and never removed (removing it would
/// give two holders two files).
class FileLock {
 public:
  /// Whoever may write to the file `guarded` may take the lock: it has the same mode, and where root made it, the
  /// same owner.
  FileLock(std::string path, std::string guarded) : path_(std::move(path)), guarded_(std::move(guarded)) {}
  /// Waits its turn, but not for ever: somebody may hold it while he goes to lunch. Throws std::system_error; without
  /// `patience`, at once.
  void lock(bool patience);
  void unlock() noexcept;

 private:
  void open();

  std::string path_;
  std::string guarded_;
  Fd fd_;
};

/// Unpredictable bits, for a hash seed.
unsigned long long random_seed();

}  // namespace sys
