// SPDX-License-Identifier: MIT
// Memory, and a seed, for large tables that are read at random.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace sys {

struct Free {
  void operator()(char* bytes) const { std::free(bytes); }
};
using Buffer = std::unique_ptr<char[], Free>;

/// Allocates `bytes` of uninitialised memory. Throws std::bad_alloc.
Buffer allocate(std::size_t bytes);

inline constexpr std::size_t huge_page = 1 << 21;
/// Zeroing a huge page costs about as much as getting this much memory in small pages.
inline constexpr std::size_t worth_a_huge_page = 1 << 18;
/// As allocate(), but in huge pages where the kernel has them (madvise(2), MADV_HUGEPAGE). `bytes` is a multiple of
/// huge_page.
Buffer allocate_huge(std::size_t bytes);

/// Gives freed memory back to the kernel. Takes some milliseconds, so call it only after freeing much.
void return_freed_memory();

/// Returns unpredictable bits, the seed of a table's hash.
unsigned long long random_seed();

}  // namespace sys
