// SPDX-License-Identifier: MIT
// What somebody may have meant by a word that is not known.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace client {

/// The candidate with the fewest slips from `word` (a letter too many, missing, another, or two swapped), or nothing
/// when none is near: a slip in a short word, one in three letters of a long one. The first of equals.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

/// "; did you mean 'NEAREST'?" for the end of a message, or nothing.
std::string suggestion(std::string_view word, std::span<const std::string_view> candidates);

/// What is said of a label that the protocol does not know.
std::string no_such_label(std::string_view label);

/// The names of the rows of a table, such as the verbs or the formats.
template <typename Rows>
std::vector<std::string_view> names_of(const Rows& rows) {
  std::vector<std::string_view> names;
  for (const auto& row : rows) names.push_back(row.name);
  return names;
}

}  // namespace client
