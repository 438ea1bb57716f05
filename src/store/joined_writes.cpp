// SPDX-License-Identifier: MIT
#include "store/joined_writes.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

namespace store {
namespace {

/// SQLite's VFS for Unix takes the size of a write modulo 2^17.
constexpr int most_joined = (1 << 17) - 1;

/// The WAL is extended by its own length, but by no more than this.
constexpr sqlite3_int64 most_ahead = 1 << 20;
constexpr std::array<char, 1 << 16> zeros{};

/// An open WAL. SQLite owns the memory, in which the file of SQLite's own VFS follows this one.
struct File : sqlite3_file {
  std::unique_ptr<char[]> joined{};  // allocated at the first write, so that readers don't pay for it
  int size = 0;                      // of the joined bytes
  sqlite3_int64 start = 0;           // their offset in the file
  sqlite3_int64 length = 0;          // the file is known to be at least this long
  bool lacks_room = false;           // it could not be extended
};
/// Where the file of SQLite's own VFS begins: aligned for any type.
constexpr std::size_t file_bytes =
    (sizeof(File) + alignof(std::max_align_t) - 1) / alignof(std::max_align_t) * alignof(std::max_align_t);

File& joining(sqlite3_file* file) { return *static_cast<File*>(file); }
sqlite3_file* below(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + file_bytes);
}
const sqlite3_io_methods& methods_below(sqlite3_file* file) { return *below(file)->pMethods; }

/// Extends the file beyond `end`, where the last write ended. Failing to do so does no harm. What room there is is then
/// left for the book, into which the WAL is to be copied.
void grow_ahead(sqlite3_file* file, sqlite3_int64 end) {
  File& self = joining(file);
  if (end <= self.length) return;
  const auto& own = methods_below(file);
  if (own.xFileSize(below(file), &self.length) != SQLITE_OK || end < self.length) return;
  const sqlite3_int64 wanted = end + std::min(end, most_ahead);
  while (self.length < wanted) {
    const auto size = std::min<sqlite3_int64>(wanted - self.length, zeros.size());
    if (own.xWrite(below(file), zeros.data(), static_cast<int>(size), self.length) != SQLITE_OK) {
      own.xTruncate(below(file), end);
      self.length = end;
      self.lacks_room = true;
      return;
    }
    self.length += size;
  }
}

/// Writes what is joined. When that fails it is dropped: SQLite gets the error and gives up the transaction.
int flush(sqlite3_file* file) {
  File& self = joining(file);
  if (self.size == 0) return SQLITE_OK;
  const int size = std::exchange(self.size, 0);
  const int code = methods_below(file).xWrite(below(file), self.joined.get(), size, self.start);
  if (code == SQLITE_OK) grow_ahead(file, self.start + size);
  return code;
}

int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 start) {
  File& self = joining(file);
  if (self.size > 0 && (start != self.start + self.size || self.size + size > most_joined)) {
    if (const int failed = flush(file); failed != SQLITE_OK) return failed;
  }
  if (!self.joined) self.joined.reset(new (std::nothrow) char[most_joined]);
  if (!self.joined || size > most_joined) return methods_below(file).xWrite(below(file), bytes, size, start);
  if (self.size == 0) self.start = start;
  std::memcpy(self.joined.get() + self.size, bytes, static_cast<std::size_t>(size));
  self.size += size;
  return SQLITE_OK;
}

/// A method that sees or syncs the file's content: writes what is joined first.
template <auto method, typename... Arguments>
int after_writes(sqlite3_file* file, Arguments... arguments) {
  if (const int failed = flush(file); failed != SQLITE_OK) return failed;
  return (methods_below(file).*method)(below(file), arguments...);
}

/// A method that doesn't depend on the file's content.
template <auto method, typename... Arguments>
auto as_below(sqlite3_file* file, Arguments... arguments) {
  return (methods_below(file).*method)(below(file), arguments...);
}

int truncate(sqlite3_file* file, sqlite3_int64 length) {
  const int code = after_writes<&sqlite3_io_methods::xTruncate, sqlite3_int64>(file, length);
  joining(file).length = 0;  // unknown, so the next write asks for it
  return code;
}

/// Drops what is still joined: it was never synced, so it belongs to no commit, and another process may have written to
/// its place in the meantime.
int close(sqlite3_file* file) {
  const int code = methods_below(file).xClose(below(file));
  joining(file).~File();
  return code;
}

using Methods = sqlite3_io_methods;
constexpr Methods methods{
    .iVersion = 1,  // without shared memory, which belongs to the book's file, not to the WAL
    .xClose = close,
    .xRead = after_writes<&Methods::xRead, void*, int, sqlite3_int64>,
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = after_writes<&Methods::xSync, int>,
    .xFileSize = after_writes<&Methods::xFileSize, sqlite3_int64*>,
    .xLock = as_below<&Methods::xLock, int>,
    .xUnlock = as_below<&Methods::xUnlock, int>,
    .xCheckReservedLock = as_below<&Methods::xCheckReservedLock, int*>,
    .xFileControl = as_below<&Methods::xFileControl, int, void*>,
    .xSectorSize = as_below<&Methods::xSectorSize>,
    .xDeviceCharacteristics = as_below<&Methods::xDeviceCharacteristics>,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* flags_out) {
  auto* own = static_cast<sqlite3_vfs*>(vfs->pAppData);
  if ((flags & SQLITE_OPEN_WAL) == 0) return own->xOpen(own, name, file, flags, flags_out);
  new (file) File;
  file->pMethods = nullptr;  // as long as it is null, SQLite doesn't close the file
  const int code = own->xOpen(own, name, below(file), flags, flags_out);
  if (below(file)->pMethods != nullptr) file->pMethods = &methods;
  return code;
}

}  // namespace

const char* joined_writes() {
  static sqlite3_vfs vfs{};
  if (vfs.zName != nullptr) return vfs.zName;
  sqlite3_vfs* own = sqlite3_vfs_find(nullptr);
  if (own == nullptr) return nullptr;
  vfs = *own;
  vfs.zName = "joined-writes";
  vfs.pAppData = own;
  vfs.szOsFile = static_cast<int>(file_bytes) + own->szOsFile;
  vfs.xOpen = open;
  if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK) vfs.zName = nullptr;
  return vfs.zName;
}

bool wal_lacks_room(sqlite3* database) {
  sqlite3_file* wal = nullptr;
  sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
  return wal != nullptr && wal->pMethods == &methods && std::exchange(joining(wal).lacks_room, false);
}

}  // namespace store
