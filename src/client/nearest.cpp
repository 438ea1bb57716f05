// SPDX-License-Identifier: MIT
#include "client/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/label.hpp"

namespace client {
namespace {

constexpr std::size_t letters_a_slip = 3;
constexpr std::size_t longest_word = 32;  // nothing known is longer, and the time grows with its square

/// The optimal string alignment distance (Damerau and Levenshtein's, with no part edited twice).
std::size_t slips(std::string_view from, std::string_view to) {
  // Three rows of the table: the last but one, the last, and the current one.
  std::vector<std::size_t> older(to.size() + 1);
  std::vector<std::size_t> old(to.size() + 1);
  std::vector<std::size_t> row(to.size() + 1);
  for (std::size_t j = 0; j <= to.size(); ++j) old[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t other = old[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      row[j] = std::min({other, old[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], older[j - 2] + 1);
    }
    older.swap(old);
    old.swap(row);
  }
  return old[to.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.size() < 2 || word.size() > longest_word) return {};
  std::string_view best;
  std::size_t fewest = std::max<std::size_t>(1, word.size() / letters_a_slip) + 1;
  for (const auto candidate : candidates) {
    const std::size_t count = slips(word, candidate);
    if (count >= fewest) continue;
    fewest = count;
    best = candidate;
  }
  return best;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> candidates) {
  const auto near = nearest(word, candidates);
  return near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
}

std::string no_such_label(std::string_view label) {
  const std::string near = suggestion(label, protocol::known_labels);
  return fmt::format("no such label: {}{}", label, near.empty() ? "; one of your own begins with x-" : near);
}

}  // namespace client
