// SPDX-License-Identifier: MIT
// What a fuzz target checks: where it does not hold, the process aborts, and libFuzzer keeps the input.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace fuzz {

inline void expect(bool holds, const char* what, const std::string& shown) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s:\n%s\n", what, shown.c_str());
  std::abort();
}

inline void expect_equal(const char* what, const std::string& got, const std::string& expected) {
  expect(got == expected, what, "got\n" + got + "\nexpected\n" + expected);
}

}  // namespace fuzz
