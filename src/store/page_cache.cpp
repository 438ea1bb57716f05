// SPDX-License-Identifier: MIT
#include "store/page_cache.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstddef>
#include <new>
#include <utility>

namespace store {
namespace {

using Below = sqlite3_pcache;
using Key = unsigned;

sqlite3_pcache_methods2 below;

constexpr std::size_t cache_line = 64;  // bytes, on most processors

struct Cache {
  Below* cache;
  std::size_t page_bytes;
  Key highest = 0;  // no page in the cache has a higher number,
  Key second = 0;   // and at most one page has a higher number than this

  void holds(Key key) {
    if (key > highest) second = std::exchange(highest, key);
    else if (key < highest) second = std::max(second, key);
  }
  void lost(Key key) {
    if (key == highest) highest = second;
  }
};

Cache& of(Below* cache) { return *reinterpret_cast<Cache*>(cache); }

Below* create(int page_bytes, int extra_bytes, int purgeable) {
  Below* cache = below.xCreate(page_bytes, extra_bytes, purgeable);
  if (cache == nullptr) return nullptr;
  auto* own = new (std::nothrow) Cache{cache, static_cast<std::size_t>(page_bytes)};
  if (own == nullptr) below.xDestroy(cache);
  return reinterpret_cast<Below*>(own);
}

void destroy(Below* cache) {
  below.xDestroy(of(cache).cache);
  delete &of(cache);
}

/// SQLite searches a page by bisection: without this, each probe would wait for memory before the next is requested.
void prefetch(const sqlite3_pcache_page& page, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; i += cache_line) __builtin_prefetch(static_cast<const char*>(page.pBuf) + i);
}

sqlite3_pcache_page* fetch(Below* cache, Key key, int create) {
  if (create != 0) of(cache).holds(key);
  sqlite3_pcache_page* page = below.xFetch(of(cache).cache, key, create);
  if (page != nullptr) prefetch(*page, of(cache).page_bytes);
  return page;
}

void rekey(Below* cache, sqlite3_pcache_page* page, Key from, Key to) {
  of(cache).lost(from);
  of(cache).holds(to);
  below.xRekey(of(cache).cache, page, from, to);
}

/// Drops the pages from `first` on.
void truncate(Below* cache, Key first) {
  if (of(cache).highest < first) return;
  below.xTruncate(of(cache).cache, first);
  of(cache).highest = of(cache).second = first - 1;
}

void set_size(Below* cache, int pages) { below.xCachesize(of(cache).cache, pages); }
int count(Below* cache) { return below.xPagecount(of(cache).cache); }
void unpin(Below* cache, sqlite3_pcache_page* page, int discard) { below.xUnpin(of(cache).cache, page, discard); }
void shrink(Below* cache) { below.xShrink(of(cache).cache); }

}  // namespace

void configure_sqlite() {
  static const bool configured = [] {
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0);  // allocate no pages in advance
    sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &below);
    sqlite3_pcache_methods2 methods = below;
    methods.xCreate = create;
    methods.xCachesize = set_size;
    methods.xPagecount = count;
    methods.xFetch = fetch;
    methods.xUnpin = unpin;
    methods.xRekey = rekey;
    methods.xTruncate = truncate;
    methods.xDestroy = destroy;
    methods.xShrink = shrink;
    return sqlite3_config(SQLITE_CONFIG_PCACHE2, &methods) == SQLITE_OK;
  }();
  static_cast<void>(configured);
}

}  // namespace store
