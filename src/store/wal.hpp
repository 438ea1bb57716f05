// SPDX-License-Identifier: MIT
// What we look at and make in the WAL and in the WAL-index (https://www.sqlite.org/walformat.html, 2.2), the memory
// that the users of a SQLite book in WAL mode share. In another mode, asking for it would make it.
#pragma once

#include <array>
#include <cstdint>

struct sqlite3;

namespace store {

using WalHeader = std::array<std::uint32_t, 12>;

/// The header, which every commit by any process changes. It is in shared memory, so reading it takes no system call.
/// All zeros where there is none.
WalHeader wal_header(sqlite3* database);

/// Makes the room that the commit of the transaction will need. SQLite does so only when the commit is in the WAL and
/// synced: if there is none then, it refuses the commit, and whoever opens the book next finds it all the same. Throws
/// NotStored.
void reserve_wal_index(sqlite3* database);

/// Cuts off what is in the WAL behind the last commit. To be called in a transaction that writes, before it has changed
/// anything.
void cut_wal(sqlite3* database);

}  // namespace store
