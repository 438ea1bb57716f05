// SPDX-License-Identifier: MIT
// Fewer, larger writes for SQLite, by a VFS over its own (https://www.sqlite.org/vfs.html): what is written to the WAL
// piece after piece is handed on as one, and the WAL grows by more than is needed now.
//
// SQLite writes every page of a commit to the WAL in two steps, the frame's header and the page; a commit of 64 changes
// in a large book makes some 130 system calls of that. Here they are one, or a few. Nothing else changes: what has been
// joined is written before the WAL is read or synced, and SQLite heeds what either returns.
//
// The book itself is written as ever: a checkpoint marks what it has copied as such with no call in between that could
// still tell that a joined write has failed.
//
// To sync a file that has become longer costs half as much again as to sync one of which something was written over
// (measured), since its length has to be written too. So the WAL is made longer in large steps, with zeros, which are
// no frames.
#pragma once

namespace store {

/// The name of the VFS for sqlite3_open_v2, which is registered by the first call; null (SQLite's own) when that fails.
const char* joined_writes();

}  // namespace store
