// SPDX-License-Identifier: MIT
// How this process uses SQLite: from one thread, and with a page cache that does not walk through all of its pages at
// each commit, and brings a page that is asked for into the processor's caches as a whole (measured, adding names at
// random: a twentieth of the time).
//
// The walk: when a page of the tree is split, SQLite gives its pages their places in the order of the keys, and while
// two change places one has a page number beyond the end of the file. The cache then takes the file to have been that
// large, and at the commit looks for pages beyond its end among all that it holds (measured: a sixth of the time of
// adding names at random to a book of 280,000). So this stands before SQLite's own cache, knows better how high the
// page numbers in it are, and passes on only the truncations that have something to find.
#pragma once

namespace store {

/// To be called before any other function of SQLite; the second call of a process does nothing.
void configure_sqlite();

}  // namespace store
