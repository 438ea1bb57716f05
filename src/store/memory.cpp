// SPDX-License-Identifier: MIT
#include "store/memory.hpp"

namespace store {

void Memory::put(std::span<const Record> records) {
  for (const auto& record : records) {
    if (index_.put(record) != Index::Change::none) changed_ = true;
  }
}

void Memory::erase(std::span<const std::string_view> names, const Erased& erased) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool existed = index_.erase(names[i]);
    changed_ = changed_ || existed;
    erased(i, existed);
  }
}

}  // namespace store
