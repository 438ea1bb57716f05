// SPDX-License-Identifier: MIT
// A history: what clients asked of the entries of some names, and when. One line per operation, in any order:
//
//   CLIENT NAME add VALUE INVOKED RESPONDED ok
//   CLIENT NAME rem - INVOKED RESPONDED yes|no
//   CLIENT NAME fnd - INVOKED RESPONDED VALUE|-
//
// Times are nanoseconds of one clock. An operation without a reply is open: its RESPONDED and its result are `?`. No
// two adds have the same VALUE. Every name is absent at first.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

namespace linear {

enum class Kind : std::uint8_t { add, rem, fnd };

using Time = std::int64_t;
constexpr Time never = std::numeric_limits<Time>::max();

struct Operation {
  std::size_t client = 0;
  std::string name{};
  Kind kind = Kind::fnd;
  Time invoked = 0;
  Time responded = never;
  std::string value{};   // set by an add or found by a fnd; empty when it found none
  bool existed = false;  // the answer to a rem

  [[nodiscard]] bool is_open() const { return responded == never; }
};

}  // namespace linear
