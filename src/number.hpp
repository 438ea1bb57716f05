// SPDX-License-Identifier: MIT
// Numbers in decimal digits, as people and programs write them.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

/// The number that `text` is, from its first character to its last; none when it is no number, or out of range.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}
