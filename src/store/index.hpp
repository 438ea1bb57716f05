// SPDX-License-Identifier: MIT
// The in-memory index that the stores share: a hash table with open addressing over an arena.
//
// A record is written once into a chunk of the arena and never moves until the arena is compacted, so a slot is eight
// bytes: 32 bits of the name's hash, which both choose the slot and tell most other names apart, and the record's
// place in units of 8 bytes (so up to 32 GiB of records). Removing closes the gap instead of leaving a tombstone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "store/store.hpp"

namespace store {

class Index {
 public:
  enum class Change { none, added, replaced };

  Index();

  /// `none` when the very same record is there already.
  Change put(const Record& record);
  bool erase(std::string_view name);

  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  /// The same for many, which hides the memory's latency: all are hashed and fetched ahead before the first is
  /// compared.
  void find(std::span<const std::string_view> names, const Found& found) const;
  [[nodiscard]] std::size_t size() const { return size_; }

  void each(const Visit& visit) const;
  /// Sorts what came since the last call.
  void list(std::string_view prefix, const Visit& visit);

 private:
  using Place = std::uint32_t;  // of a record, in units of 8 bytes; 0 is none
  struct Slot {
    std::uint32_t tag;
    Place place;
  };
  struct Chunk {
    std::unique_ptr<char[]> bytes;
    std::size_t used;
  };
  struct Head;

  [[nodiscard]] std::uint32_t tag_of(std::string_view name) const;
  [[nodiscard]] Head* head(Place place) const;
  [[nodiscard]] Record record(Place place) const;
  [[nodiscard]] std::size_t slot_of(std::string_view name, std::uint32_t tag) const;
  Place append(const Record& record);
  void bury(Place place);
  void close_gap(std::size_t gap);
  void grow();
  void compact();
  void sort();

  std::vector<Chunk> chunks_;
  std::size_t live_bytes_ = 0;
  std::size_t dead_bytes_ = 0;
  std::vector<Slot> slots_;  // a power of two
  std::size_t size_ = 0;
  std::vector<Place> sorted_;  // may hold dead records until the next sort()
  std::vector<Place> unsorted_;
  bool buried_ = false;  // whether sorted_ or unsorted_ may hold dead records
  std::uint64_t seed_;   // so that nobody can choose names that collide
};

}  // namespace store
