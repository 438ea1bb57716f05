// SPDX-License-Identifier: MIT
// The book `:memory:`. Nothing outlives the server, so there is nothing to commit, nor to roll back: the only change
// that can fail is the one that outgrows the index, at 32 GiB, and those of its batch before it stay.
#pragma once

#include "store/index.hpp"
#include "store/store.hpp"

namespace store {

class Memory final : public Store {
 public:
  void begin(Access, std::size_t) override {}
  void commit() override {}
  void roll_back() override {}

  void find(std::span<const std::string_view> names, const Found& found) override { index_.find(names, found); }
  void put(std::span<const Record> records) override {
    for (const auto& record : records) index_.put(record);
  }
  void erase(std::span<const std::string_view> names, const Erased& erased) override {
    for (std::size_t i = 0; i < names.size(); ++i) erased(i, index_.erase(names[i]));
  }
  std::uint64_t count() override { return index_.size(); }
  void list(std::string_view prefix, std::size_t limit, const Visit& visit) override {
    index_.list(prefix, limit, visit);
  }
  void search(const Filter& filter, const Visit& visit) override { index_.search(filter, visit); }

 private:
  Index index_;
};

}  // namespace store
