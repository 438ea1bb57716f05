// SPDX-License-Identifier: MIT
// How this process uses SQLite: from one thread, and with a page cache that doesn't walk through all its pages at each
// commit, and that prefetches each fetched page as a whole (measured, adding names at random: a twentieth of the time).
//
// The walk: when a page of the tree is split, SQLite numbers the resulting pages in key order, and while it swaps two
// numbers, one page has a number beyond the end of the file. The cache then takes the file to have been that large, and
// at the commit looks for pages beyond its end among all that it holds (measured: a sixth of the time of adding names
// at random to a book of 280,000). So this stands in front of SQLite's own cache, keeps a closer bound on its page
// numbers, and passes on only the truncations that have something to drop.
#pragma once

namespace store {

/// Call before any other function of SQLite. Later calls do nothing.
void configure_sqlite();

}  // namespace store
