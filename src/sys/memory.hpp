// SPDX-License-Identifier: MIT
// Memory for large tables that are read at random places.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace sys {

struct Free {
  void operator()(char* bytes) const { std::free(bytes); }
};
using Buffer = std::unique_ptr<char[], Free>;

/// `bytes` of memory with unknown content. Throws std::bad_alloc.
Buffer allocate(std::size_t bytes);

inline constexpr std::size_t huge_page = 1 << 21;
/// To fill one with zeros costs as much as to be given about so much memory in small pages.
inline constexpr std::size_t worth_a_huge_page = 1 << 18;
/// The same in huge pages, where the kernel has them (madvise(2), MADV_HUGEPAGE), for a whole number of
/// these.
Buffer allocate_huge(std::size_t bytes);

/// Gives memory that was freed back to the kernel, which takes some milliseconds: after much of it was.
void return_freed_memory();

}  // namespace sys
