// SPDX-License-Identifier: MIT
// The text book searched without an index, against a std::map of its content.
#include "store/sorted_lines.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace {

using store::Record;
using store::SortedLines;
using Model = std::map<std::string, std::string>;

/// A canonical name of few letters, so that names are similar, are prefixes of each other, and have characters around
/// them that end a name.
std::string any_name(std::mt19937& random) {
  constexpr const char* letters[] = {
      "a", "b", "z", " ", "!", "\\:", "\\,", "\\\\", "~", "\u00e9", "\u05e9", "abcdefgh"};
  std::string name;
  for (auto left = 1 + random() % 4; left > 0; --left) name += letters[random() % std::size(letters)];
  return name;
}

std::string any_entry(std::mt19937& random) {
  constexpr const char* entries[] = {"", "1", ":", "a:b\\,c", "1,High Street,Camelot,555-0100,note=\\\\", ",,,"};
  return entries[random() % std::size(entries)];
}

std::string text_of(const Model& model, const std::string& line_end, bool ended) {
  std::string text;
  for (const auto& [name, entry] : model) text.append(name).append(":").append(entry).append(line_end);
  if (!ended && !text.empty()) text.resize(text.size() - line_end.size());
  return text;
}

std::string shown(std::string_view name, std::string_view entry) {
  return std::string(name).append("=").append(entry).append(";");
}

std::string list(const SortedLines& lines, std::string_view prefix, std::size_t limit) {
  std::string all;
  lines.list(prefix, limit, [&all](const Record& record) { all += shown(record.name, record.entry); });
  return all;
}

std::string list(const Model& model, std::string_view prefix, std::size_t limit) {
  std::string all;
  for (const auto& [name, entry] : model) {
    if (limit > 0 && name.starts_with(prefix)) --limit, all += shown(name, entry);
  }
  return all;
}

void check(const SortedLines& lines, const Model& model, const std::vector<std::string>& names) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  std::size_t calls = 0;
  lines.find(views, [&](std::size_t i, std::optional<std::string_view> entry) {
    REQUIRE(i == calls++);
    const auto there = model.find(names[i]);
    REQUIRE(entry.has_value() == (there != model.end()));
    if (entry) REQUIRE(*entry == there->second);
  });
  REQUIRE(calls == names.size());
  for (const auto& prefix : names) {
    for (const std::size_t limit : {std::size_t{0}, std::size_t{1}, std::size_t{3}, store::no_limit})
      REQUIRE(list(lines, prefix, limit) == list(model, prefix, limit));
  }
}

}  // namespace

TEST_CASE("2,000 sorted texts give for every name, prefix and limit what a map gives") {
  std::mt19937 random(17);
  for (int round = 0; round < 2'000; ++round) {
    Model model;
    for (auto left = random() % 30; left > 0; --left) model[any_name(random)] = any_entry(random);
    const std::string text = text_of(model, random() % 2 == 0 ? "\n" : "\r\n", random() % 2 == 0);
    CAPTURE(text);
    std::vector<std::string> names = {"", " ", "\xff"};  // before all and after all
    for (const auto& [name, entry] : model) names.push_back(name), names.push_back(name.substr(0, name.size() - 1));
    for (int more = 0; more < 5; ++more) names.push_back(any_name(random));
    check({text, model.size()}, model, names);
  }
}

TEST_CASE("a text of no line or one is searched, too") {
  CHECK(list(SortedLines("", 0), "", store::no_limit) == "");
  for (const auto* text : {"b:1", "b:1\n", "b:1\r\n"}) check({text, 1}, {{"b", "1"}}, {"", "a", "b", "bb", "c"});
}

TEST_CASE("the shortest line and the longest are found beside each other") {
  Model model;
  for (int i = 0; i < 9; ++i) {
    model[std::string(1, static_cast<char>('a' + i))] = "";
    model[std::string(1'000, static_cast<char>('a' + i))] = std::string(60'000, 'x');
  }
  std::vector<std::string> names;
  for (const auto& [name, entry] : model) names.push_back(name);
  check({text_of(model, "\n", true), model.size()}, model, names);
}
