// SPDX-License-Identifier: MIT
#include "sys/memory.hpp"

#include <malloc.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include <new>

namespace sys {
namespace {

Buffer owned(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  return Buffer(static_cast<char*>(memory));
}

}  // namespace

Buffer allocate(std::size_t bytes) { return owned(std::malloc(bytes)); }

Buffer allocate_huge(std::size_t bytes) {
  Buffer memory = owned(std::aligned_alloc(huge_page, bytes));
  madvise(memory.get(), bytes, MADV_HUGEPAGE);
  return memory;
}

void return_freed_memory() { malloc_trim(0); }

unsigned long long random_seed() {
  unsigned long long seed = 0;
  if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed) seed = static_cast<unsigned long long>(getpid());
  return seed;
}

}  // namespace sys
