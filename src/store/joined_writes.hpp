// SPDX-License-Identifier: MIT
// Fewer, larger writes for SQLite, by a VFS on top of its own (https://www.sqlite.org/vfs.html): successive writes to
// the WAL are joined into one, and the WAL is extended by more than is needed now.
//
// SQLite writes each page of a commit to the WAL in two steps, frame header and page; a commit of 64 changes in a large
// book makes some 130 system calls for that. Here they are one, or a few. Nothing else changes: joined writes are made
// before the WAL is read or synced, and SQLite checks the result of either call.
//
// Writes to the book itself are never delayed: a checkpoint marks pages as copied without a further call that could
// still report a failed write.
//
// Syncing a file that has grown costs half as much again as syncing one that was overwritten (measured), since its
// length has to be written too. So the WAL is extended in large steps, with zeros, which SQLite doesn't take for
// frames.
#pragma once

struct sqlite3;

namespace store {

/// The name of the VFS for sqlite3_open_v2. The first call registers it; null, meaning SQLite's own, when that fails.
const char* joined_writes();

/// Whether the WAL could not be extended since this was last asked.
bool wal_lacks_room(sqlite3* database);

}  // namespace store
