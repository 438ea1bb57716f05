// SPDX-License-Identifier: MIT
#include "store/index.hpp"

#define XXH_INLINE_ALL  // libxxhash-dev: packaged, maintained, the fastest on short names
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

namespace store {

struct Index::Head {
  std::uint32_t entry_size;
  std::uint16_t name_size;
  bool dead;

  [[nodiscard]] std::size_t bytes() const { return (sizeof(Head) + name_size + entry_size + 7) / 8 * 8; }
};

namespace {

constexpr std::size_t unit = 8;
constexpr std::size_t chunk_bytes = sys::huge_page;
constexpr std::size_t chunk_units = chunk_bytes / unit;
constexpr std::size_t first_slots = 64;
constexpr std::size_t cache_line = 64;
/// Names in flight: enough to hide the latency, few enough for the processor to keep track of.
constexpr std::size_t ahead = 32;

}  // namespace

Index::Index(std::size_t expected) : expected_(expected), seed_(sys::random_seed()) { make_slots(first_slots); }

void Index::make_slots(std::size_t number) {
  const std::size_t bytes = number * sizeof(Slot);
  slot_memory_ = bytes < sys::huge_page ? sys::allocate(bytes) : sys::allocate_huge(bytes);
  slots_ = {new (slot_memory_.get()) Slot[number]{}, number};
}

std::uint32_t Index::tag_of(std::string_view name) const {
  return static_cast<std::uint32_t>(XXH3_64bits_withSeed(name.data(), name.size(), seed_));
}

Index::Head* Index::head(Offset offset) const {
  return reinterpret_cast<Head*>(chunks_[offset / chunk_units].bytes.get() + offset % chunk_units * unit);
}

Record Index::record(Offset offset) const {
  const Head* at = head(offset);
  const char* text = reinterpret_cast<const char*>(at + 1);
  return {{text, at->name_size}, {text + at->name_size, at->entry_size}};
}

/// The first slot from `start` on that has the tag or is empty.
std::size_t Index::slot_with(std::uint32_t tag, std::size_t start) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = start & mask;
  while (slots_[at].offset != 0 && slots_[at].tag != tag) at = (at + 1) & mask;
  return at;
}

/// The slot of `name`, or the empty one where it would be put.
std::size_t Index::slot_of(std::string_view name, std::uint32_t tag) const {
  std::size_t at = slot_with(tag, tag);
  while (slots_[at].offset != 0 && record(slots_[at].offset).name != name) at = slot_with(tag, at + 1);
  return at;
}

Index::Offset Index::append(const Record& record) {
  const Head fresh{static_cast<std::uint32_t>(record.entry.size()), static_cast<std::uint16_t>(record.name.size()),
                   false};
  if (fresh.bytes() > chunk_bytes - unit) throw NotStored("entry too long");
  if (chunks_.empty() || chunks_.back().used + fresh.bytes() > chunk_bytes) {
    const std::size_t used = chunks_.empty() ? unit : 0;  // offset 0 means none
    // Most books fill only part of one chunk, and the rest is never touched.
    const bool is_small = chunks_.empty() && expected_ < sys::worth_a_huge_page;
    chunks_.push_back({is_small ? sys::allocate(chunk_bytes) : sys::allocate_huge(chunk_bytes), used});
  }
  const std::size_t offset = (chunks_.size() - 1) * chunk_units + chunks_.back().used / unit;
  if (offset > UINT32_MAX) throw NotStored("more than 32 GiB of entries");
  chunks_.back().used += fresh.bytes();
  live_bytes_ += fresh.bytes();
  char* text = reinterpret_cast<char*>(new (head(static_cast<Offset>(offset))) Head(fresh) + 1);
  std::copy(record.name.begin(), record.name.end(), text);
  std::copy(record.entry.begin(), record.entry.end(), text + record.name.size());
  unsorted_.push_back(static_cast<Offset>(offset));
  return static_cast<Offset>(offset);
}

void Index::bury(Offset offset) {
  Head* at = head(offset);
  at->dead = true;
  live_bytes_ -= at->bytes();
  dead_bytes_ += at->bytes();
  buried_ = true;
}

Index::Change Index::put(const Record& record) {
  const std::uint32_t tag = tag_of(record.name);
  std::size_t at = slot_of(record.name, tag);
  if (const Offset old = slots_[at].offset; old != 0) {
    if (this->record(old).entry == record.entry) return Change::none;
    slots_[at].offset = append(record);
    bury(old);
    compact();
    return Change::replaced;
  }
  slots_[at] = {tag, append(record)};
  ++size_;
  if (size_ * 4 > slots_.size() * 3) grow();
  return Change::added;
}

bool Index::erase(std::string_view name) {
  const std::size_t at = slot_of(name, tag_of(name));
  if (slots_[at].offset == 0) return false;
  bury(slots_[at].offset);
  close_gap(at);
  --size_;
  compact();
  return true;
}

/// Moves later slots of the run back, though never before their home slot, so that no search stops at the gap.
void Index::close_gap(std::size_t gap) {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = (gap + 1) & mask; slots_[at].offset != 0; at = (at + 1) & mask) {
    const std::size_t wanted = slots_[at].tag & mask;
    if (((at - wanted) & mask) < ((at - gap) & mask)) continue;
    slots_[gap] = slots_[at];
    gap = at;
  }
  slots_[gap] = {};
}

void Index::grow() {
  const sys::Buffer old_memory = std::move(slot_memory_);
  const std::span<const Slot> old = slots_;
  make_slots(old.size() * 2);
  for (const Slot& slot : old) {
    if (slot.offset != 0) insert(slot.tag, slot.offset);
  }
}

void Index::insert(std::uint32_t tag, Offset offset) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = tag & mask;
  while (slots_[at].offset != 0) at = (at + 1) & mask;
  slots_[at] = {tag, offset};
}

std::string_view Index::load(const Record& record) {
  ++size_;
  return this->record(append(record)).name;
}

void Index::settle(Order order) {
  std::size_t number = slots_.size();
  while (size_ * 4 > number * 3) number *= 2;
  make_slots(number);
  std::array<std::uint32_t, ahead> tags{};
  for (std::size_t start = 0; start < unsorted_.size(); start += ahead) {
    const auto block = std::span(unsorted_).subspan(start, std::min(ahead, unsorted_.size() - start));
    for (std::size_t i = 0; i < block.size(); ++i) {
      tags[i] = tag_of(record(block[i]).name);
      __builtin_prefetch(&slots_[tags[i] & (number - 1)], 1);
    }
    for (std::size_t i = 0; i < block.size(); ++i) insert(tags[i], block[i]);
  }
  if (order == Order::by_name) sorted_ = std::exchange(unsorted_, {});
}

/// Rewrites the live records once at least half of the arena, and at least a chunk's worth, is dead.
void Index::compact() {
  if (dead_bytes_ < chunk_bytes || dead_bytes_ < live_bytes_) return;
  const auto old = std::move(*this);
  *this = Index();
  old.search([](std::string_view) { return true; }, [this](const Record& record) { load(record); });
  settle(Order::any);
}

std::optional<std::string_view> Index::find(std::string_view name) const {
  const Offset offset = slots_[slot_of(name, tag_of(name))].offset;
  if (offset == 0) return std::nullopt;
  return record(offset).entry;
}

void Index::find(std::span<const std::string_view> names, const Found& found) const {
  std::array<std::uint32_t, ahead> tags{};
  std::array<std::size_t, ahead> at{};
  for (std::size_t start = 0; start < names.size(); start += ahead) {
    const auto block = names.subspan(start, std::min(ahead, names.size() - start));
    for (std::size_t i = 0; i < block.size(); ++i) {
      tags[i] = tag_of(block[i]);
      __builtin_prefetch(&slots_[tags[i] & (slots_.size() - 1)]);
    }
    for (std::size_t i = 0; i < block.size(); ++i) {
      at[i] = slot_with(tags[i], tags[i]);
      if (const Offset offset = slots_[at[i]].offset; offset != 0) {
        __builtin_prefetch(head(offset));
        __builtin_prefetch(reinterpret_cast<const char*>(head(offset)) + cache_line);  // most records reach into it
      }
    }
    for (std::size_t i = 0; i < block.size(); ++i) {
      std::size_t slot = at[i];
      while (slots_[slot].offset != 0 && record(slots_[slot].offset).name != block[i])
        slot = slot_with(tags[i], slot + 1);
      if (const Offset offset = slots_[slot].offset; offset == 0) found(start + i, std::nullopt);
      else found(start + i, record(offset).entry);
    }
  }
}

void Index::search(const Filter& filter, const Visit& visit) const {
  for (std::size_t chunk = 0; chunk < chunks_.size(); ++chunk) {
    std::size_t at = chunk == 0 ? unit : 0;
    while (at < chunks_[chunk].used) {
      const auto offset = static_cast<Offset>(chunk * chunk_units + at / unit);
      const Head* here = head(offset);
      const auto* text = reinterpret_cast<const char*>(here + 1);
      if (!here->dead && filter({text, std::size_t{here->name_size} + here->entry_size})) visit(record(offset));
      at += here->bytes();
    }
  }
}

void Index::sort() {
  const auto is_dead = [this](Offset offset) { return head(offset)->dead; };
  const auto by_name = [this](Offset a, Offset b) { return record(a).name < record(b).name; };
  if (buried_) {
    std::erase_if(sorted_, is_dead);
    std::erase_if(unsorted_, is_dead);
    buried_ = false;
  }
  const auto middle = static_cast<std::ptrdiff_t>(sorted_.size());
  std::sort(unsorted_.begin(), unsorted_.end(), by_name);
  sorted_.insert(sorted_.end(), unsorted_.begin(), unsorted_.end());
  std::inplace_merge(sorted_.begin(), sorted_.begin() + middle, sorted_.end(), by_name);
  unsorted_.clear();
}

void Index::list(std::string_view prefix, std::size_t limit, const Visit& visit) {
  sort();
  const auto before = [this](Offset offset, std::string_view name) { return record(offset).name < name; };
  const auto first = std::lower_bound(sorted_.begin(), sorted_.end(), prefix, before);
  for (auto at = first; at != sorted_.end() && limit > 0; ++at, --limit) {
    const Record here = record(*at);
    if (!here.name.starts_with(prefix)) break;
    visit(here);
  }
}

}  // namespace store
