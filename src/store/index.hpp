// SPDX-License-Identifier: MIT
// The in-memory index that the stores share: a hash table with open addressing over an arena.
//
// A record is written once into a chunk of the arena and doesn't move until the arena is compacted, so a slot takes
// eight bytes: 32 bits of the name's hash, which choose the slot and rule out most other names, and the record's offset
// in units of 8 bytes (hence at most 32 GiB of records). Removing a name closes the gap instead of leaving a tombstone.
//
// A look-up in a large table waits for memory twice, for the slot and for the record, and TLB misses for both pages
// cost as much again. So many names are looked up at once, each step for all of them before the next, and table and
// arena lie in huge pages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "store/store.hpp"
#include "sys/memory.hpp"

namespace store {

class Index {
 public:
  enum class Change { none, added, replaced };
  enum class Order { any, by_name };

  /// `expected`: roughly how many bytes of records will soon be added.
  explicit Index(std::size_t expected = 0);

  /// Returns `none` when this exact record is already there. Throws NotStored, as load() does, for one that would be
  /// beyond the 32 GiB that an index can have.
  Change put(const Record& record);
  bool erase(std::string_view name);
  /// Builds an index in bulk: load() each record, all with different names, then settle() with the order they came in,
  /// so that records already sorted need no sorting. Call nothing else in between. load() returns the name as stored in
  /// the index.
  std::string_view load(const Record& record);
  void settle(Order order);

  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  /// Looks up many names at once, so that the waits for memory overlap.
  void find(std::span<const std::string_view> names, const Found& found) const;
  [[nodiscard]] std::size_t size() const { return size_; }

  void search(const Filter& filter, const Visit& visit) const;
  /// First sorts the records added since the last call.
  void list(std::string_view prefix, std::size_t limit, const Visit& visit);

 private:
  using Offset = std::uint32_t;  // of a record, in units of 8 bytes; 0 is none
  struct Slot {
    std::uint32_t tag;
    Offset offset;
  };
  struct Chunk {
    sys::Buffer bytes;
    std::size_t used;
  };
  struct Head;

  [[nodiscard]] std::uint32_t tag_of(std::string_view name) const;
  [[nodiscard]] Head* head(Offset offset) const;
  [[nodiscard]] Record record(Offset offset) const;
  [[nodiscard]] std::size_t slot_of(std::string_view name, std::uint32_t tag) const;
  [[nodiscard]] std::size_t slot_with(std::uint32_t tag, std::size_t start) const;
  Offset append(const Record& record);
  void bury(Offset offset);
  void close_gap(std::size_t gap);
  void make_slots(std::size_t number);
  void insert(std::uint32_t tag, Offset offset);
  void grow();
  void compact();
  void sort();

  std::size_t expected_;
  std::vector<Chunk> chunks_;
  std::size_t live_bytes_ = 0;
  std::size_t dead_bytes_ = 0;
  sys::Buffer slot_memory_;
  std::span<Slot> slots_;  // a power of two
  std::size_t size_ = 0;
  std::vector<Offset> sorted_;  // may hold dead records until the next sort()
  std::vector<Offset> unsorted_;
  bool buried_ = false;  // whether sorted_ or unsorted_ may hold dead records
  std::uint64_t seed_;   // so that nobody can choose names that collide
};

}  // namespace store
