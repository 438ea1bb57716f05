// SPDX-License-Identifier: MIT
// Decimal numbers, as people and programs write them.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

/// Parses all of `text` as a decimal number; nullopt if it is not one, or out of range.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  if (error != std::errc() || end != last) return std::nullopt;
  return number;
}
