// SPDX-License-Identifier: MIT
// Files that survive a crash: created, replaced and locked so that the disk holds either the old state or the new.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "sys/fd.hpp"

namespace sys {

/// A failed fsync: what the disk holds is unknown. Never retried, since the kernel has dropped the pages and would
/// report success.
class SyncError : public std::system_error {
 public:
  using std::system_error::system_error;
};

/// Creates the missing parent folders of `path`, with mode 0700 (less the umask). Throws std::system_error.
void make_folders_for(const std::string& path);

/// Returns `path` with all symbolic links resolved, or unchanged if it does not exist. Throws std::system_error.
std::string real_path(const std::string& path);

/// Compared to see, without reading a file, whether its content has changed.
struct FileState {
  unsigned long long device, inode;
  long long size;
  long long modified_s, modified_ns, changed_s, changed_ns;
  bool operator==(const FileState&) const = default;
};
/// Returns the state of an open regular file. Throws std::system_error "cannot read PATH: reason", also for a folder or
/// a device.
FileState state_of(const Fd& file, const std::string& path);
/// Returns the state of whatever is at `path`, or nullopt if stat(2) fails.
std::optional<FileState> state_at(const std::string& path);
/// Whether both paths lead to the same file, or both to none.
bool is_same_file(const std::string& one, const std::string& other);
/// Throws std::system_error "cannot read SHOWN: reason" unless `path` is a regular file. Opens nothing: closing a
/// second descriptor of a file would drop the locks that a database in this process has on it (fcntl(2)).
void expect_file(const std::string& path, const std::string& shown);

/// Throws std::system_error "cannot write to SHOWN: reason" if the mode of `path` or its file system forbids that.
void expect_no_write_protection(const std::string& path, const std::string& shown);
/// Gives `path`, if it is a file of ours, the mode that the file `of` has. Opens nothing. Returns whether it was
/// another.
bool follow_mode(const std::string& path, const std::string& of);

/// Creates an empty file with mode 0600 and makes its name durable; does nothing if it exists. Throws
/// std::system_error.
void create_file(const std::string& path);

/// Replaces the whole file `path`: calls `content` with a function that appends bytes, then does fsync, rename, and
/// fsync of the folder. Keeps mode, owner and access-control list. The caller holds a lock that keeps other writers
/// away, so the temporary file has a fixed name, and a crash leaves at most one behind. Returns the new file, open for
/// reading. Throws SyncError if a sync fails; after any other std::system_error the old file stands unchanged.
using Append = std::function<void(std::string_view)>;
Fd replace_file(const std::string& path, const std::function<void(const Append&)>& content);

/// An exclusive flock(2) on a separate lock file, created when first taken and never removed (removing it could give
/// two holders two files).
class FileLock {
 public:
  /// Whoever may write to `guarded` may take the lock: the lock file gets its mode, and if root creates it, its owner.
  FileLock(std::string path, std::string guarded) : path_(std::move(path)), guarded_(std::move(guarded)) {}
  /// Waits so long at most (first come, first served), then throws std::system_error (EBUSY).
  void lock(std::chrono::milliseconds patience);
  void unlock() noexcept;

 private:
  void open();

  std::string path_;
  std::string guarded_;
  Fd fd_;
};

}  // namespace sys
