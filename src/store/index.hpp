// SPDX-License-Identifier: MIT
// The in-memory index that the stores share: a hash table with open addressing over an arena.
//
// A record is written once into a chunk of the arena and never moves until the arena is compacted, so a slot is eight
// bytes: 32 bits of the name's hash, which both choose the slot and tell most other names apart, and the record's
// place in units of 8 bytes (so up to 32 GiB of records). Removing closes the gap instead of leaving a tombstone.
//
// A look-up in a large table waits for memory twice, for the slot and for the record, and a look-up of the addresses of
// both pages costs as much again. So many names are looked up at once, each step for all of them before the next, and
// table and arena lie in huge pages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "store/store.hpp"
#include "sys/memory.hpp"

namespace store {

class Index {
 public:
  enum class Change { none, added, replaced };
  enum class Order { any, by_name };

  /// `expected` is about how many bytes of records there will be soon.
  explicit Index(std::size_t expected = 0);

  /// `none` when the very same record is there already.
  Change put(const Record& record);
  bool erase(std::string_view name);
  /// Makes an index of records in bulk: load() each, all of different names, then settle(), which is told the order
  /// that they came in, so that those in the right one need not be sorted. In between nothing else is to be asked.
  /// load() returns the name where it is kept now.
  std::string_view load(const Record& record);
  void settle(Order order);

  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  /// The same for many, in which the waits for memory overlap.
  void find(std::span<const std::string_view> names, const Found& found) const;
  [[nodiscard]] std::size_t size() const { return size_; }

  void search(const Look& look, const Visit& visit) const;
  /// Sorts what came since the last call.
  void list(std::string_view prefix, std::size_t limit, const Visit& visit);

 private:
  using Place = std::uint32_t;  // of a record, in units of 8 bytes; 0 is none
  struct Slot {
    std::uint32_t tag;
    Place place;
  };
  struct Chunk {
    sys::Buffer bytes;
    std::size_t used;
  };
  struct Head;

  [[nodiscard]] std::uint32_t tag_of(std::string_view name) const;
  [[nodiscard]] Head* head(Place place) const;
  [[nodiscard]] Record record(Place place) const;
  [[nodiscard]] std::size_t slot_of(std::string_view name, std::uint32_t tag) const;
  [[nodiscard]] std::size_t slot_with(std::uint32_t tag, std::size_t start) const;
  Place append(const Record& record);
  void bury(Place place);
  void close_gap(std::size_t gap);
  void make_slots(std::size_t number);
  void insert(std::uint32_t tag, Place place);
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
  std::vector<Place> sorted_;  // may hold dead records until the next sort()
  std::vector<Place> unsorted_;
  bool buried_ = false;  // whether sorted_ or unsorted_ may hold dead records
  std::uint64_t seed_;   // so that nobody can choose names that collide
};

}  // namespace store
