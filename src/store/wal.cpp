// SPDX-License-Identifier: MIT
#include "store/wal.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "store/store.hpp"

namespace store {
namespace {

/// The WAL-index is made in regions. Each tells of 4,096 frames of the WAL, but for the first, which begins with the
/// header.
constexpr int region_bytes = 32'768;
constexpr int region_of_frame(int frame) { return (frame + 33) / 4'096; }
constexpr std::size_t last_frame = 4;  // the word of the header that has its number

/// Of the pages in the WAL; the smallest that SQLite has where there is none yet.
int page_size_of(const WalHeader& header) {
  constexpr std::size_t place = 14;
  std::uint16_t size = 0;
  std::memcpy(&size, reinterpret_cast<const char*>(header.data()) + place, sizeof size);
  return size == 1 ? 65'536 : std::max<int>(size, 512);
}

/// The book's file, for the shared memory that comes with it; null if it has none.
sqlite3_file* shared_file(sqlite3* database) {
  sqlite3_file* file = nullptr;
  if (sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK) return nullptr;
  return file->pMethods == nullptr || file->pMethods->iVersion < 2 ? nullptr : file;
}

}  // namespace

WalHeader wal_header(sqlite3* database) {
  WalHeader header{};
  sqlite3_file* file = shared_file(database);
  void volatile* shared = nullptr;
  if (file == nullptr || file->pMethods->xShmMap(file, 0, region_bytes, 0, &shared) != SQLITE_OK) return header;
  if (shared == nullptr) return header;
  // A copy made during a change differs from the header seen before, and that is all the caller needs to know.
  const auto* words = static_cast<const volatile std::uint32_t*>(shared);
  for (std::size_t i = 0; i < header.size(); ++i) header[i] = words[i];
  std::atomic_thread_fence(std::memory_order_acquire);
  return header;
}

void reserve_wal_index(sqlite3* database) {
  sqlite3_file* file = shared_file(database);
  int cached = 0;  // bytes; the pages that were changed are among them
  int most = 0;
  sqlite3_db_status(database, SQLITE_DBSTATUS_CACHE_USED, &cached, &most, 0);
  const WalHeader header = wal_header(database);
  const int changed = cached / page_size_of(header);
  const int last_region = region_of_frame(static_cast<int>(header[last_frame]) + changed);
  if (file == nullptr || last_region == 0) return;
  errno = 0;
  void volatile* shared = nullptr;
  if (file->pMethods->xShmMap(file, last_region, region_bytes, 1, &shared) == SQLITE_OK) return;
  throw NotStored(fmt::format("no room for the WAL index: {}", std::generic_category().message(errno)));
}

void cut_wal(sqlite3* database) {
  constexpr sqlite3_int64 file_header = 32;
  constexpr sqlite3_int64 frame_header = 24;
  const WalHeader header = wal_header(database);
  sqlite3_file* wal = nullptr;
  sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
  if (header == WalHeader{} || wal == nullptr || wal->pMethods == nullptr) return;
  const sqlite3_int64 frames = header[last_frame];
  wal->pMethods->xTruncate(wal, frames == 0 ? 0 : file_header + frames * (frame_header + page_size_of(header)));
}

}  // namespace store
