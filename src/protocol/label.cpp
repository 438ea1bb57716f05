// SPDX-License-Identifier: MIT
#include "protocol/label.hpp"

#include <algorithm>

namespace protocol {
namespace {

bool is_label_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-'; }

}  // namespace

std::optional<std::size_t> place_of_plain_field(std::string_view name) {
  const auto* place = std::find(plain_fields.begin(), plain_fields.end(), name);
  if (place == plain_fields.end()) return std::nullopt;
  return static_cast<std::size_t>(place - plain_fields.begin());
}

bool covers(std::string_view wanted, std::string_view label) {
  return label.starts_with(wanted) && (label.size() == wanted.size() || label[wanted.size()] == '.');
}

bool is_known_label(std::string_view label) {
  if (label.starts_with("x-")) return true;
  return std::any_of(known_labels.begin(), known_labels.end(), [label](auto known) { return covers(known, label); });
}

std::string_view label_of(std::string_view field) {
  if (field.empty() || field[0] < 'a' || field[0] > 'z') return {};
  std::size_t end = 0;
  while (end < field.size() && is_label_character(field[end])) ++end;
  return end < field.size() && field[end] == '=' ? field.substr(0, end) : std::string_view{};
}

}  // namespace protocol
