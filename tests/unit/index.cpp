// SPDX-License-Identifier: MIT
// The in-memory index against a std::map that does the same more slowly.
#include "store/index.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace {

using store::Index;
using store::Record;

std::map<std::string, std::string> contents(const Index& index) {
  std::map<std::string, std::string> all;
  index.search([](std::string_view) { return true; },
               [&all](const Record& record) { all.emplace(record.name, record.entry); });
  return all;
}

}  // namespace

TEST_CASE("put tells what it changed") {
  Index index;
  CHECK(index.put({"a", "1"}) == Index::Change::added);
  CHECK(index.put({"a", "1"}) == Index::Change::none);
  CHECK(index.put({"a", "2"}) == Index::Change::replaced);
  CHECK(index.size() == 1);
  CHECK(index.find("a") == "2");
  CHECK(index.erase("a"));
  CHECK_FALSE(index.erase("a"));
  CHECK_FALSE(index.find("a"));
}

TEST_CASE("a list is in the order of the names' bytes, and has those that begin with the prefix") {
  Index index;
  for (const auto* name : {"b", "a", "ab", "B", "\u00e9", "abc"}) index.put({name, ""});
  const auto list = [&index](std::string_view prefix) {
    std::string names;
    index.list(prefix, store::no_limit, [&names](const Record& record) { names.append(record.name).append(" "); });
    return names;
  };
  CHECK(list("") == "B a ab abc b \u00e9 ");
  CHECK(list("ab") == "ab abc ");
  CHECK(list("c") == "");
  index.erase("ab");
  index.put({"aa", ""});
  index.put({"abc", "new"});
  CHECK(list("a") == "a aa abc ");
}

TEST_CASE("records loaded in order, or in none, are listed in order, and so is what comes and goes later") {
  for (const auto order : {Index::Order::by_name, Index::Order::any}) {
    Index index;
    for (const auto* name : {"b", "d", "f", "h"}) index.load({name, ""});
    if (order == Index::Order::any) index.load({"a", ""});
    index.settle(order);
    const auto list = [&index](std::size_t limit) {
      std::string names;
      index.list("", limit, [&names](const Record& record) { names.append(record.name); });
      return names;
    };
    index.erase("a");
    CHECK(list(store::no_limit) == "bdfh");
    for (const auto* name : {"e", "c", "i", "a"}) index.put({name, ""});
    index.erase("d");
    CHECK(list(store::no_limit) == "abcefhi");
    CHECK(list(3) == "abc");
    CHECK(list(0) == "");
  }
}

TEST_CASE("100,000 random changes leave what they leave in a map, through growth, removal and compaction") {
  std::mt19937 random(7);
  Index index;
  std::map<std::string, std::string> model;
  for (int i = 0; i < 100'000; ++i) {
    const std::string name = "name " + std::to_string(random() % 3'000);
    if (random() % 3 == 0) {
      REQUIRE(index.erase(name) == (model.erase(name) > 0));
    } else {
      const std::string entry(random() % 200, static_cast<char>('a' + random() % 26));
      index.put({name, entry});
      model[name] = entry;
    }
  }
  CHECK(index.size() == model.size());
  CHECK(contents(index) == model);
  for (int i = 0; i < 3'000; ++i) {
    const std::string name = "name " + std::to_string(i);
    const auto known = model.find(name);
    CHECK(index.find(name).has_value() == (known != model.end()));
    if (known != model.end()) CHECK(index.find(name) == known->second);
  }
  std::vector<std::string> names;
  index.list("", store::no_limit, [&names](const Record& record) { names.emplace_back(record.name); });
  CHECK(std::is_sorted(names.begin(), names.end()));
  CHECK(names.size() == model.size());
}

TEST_CASE("many finds at once answer each name in its place") {
  Index index;
  std::vector<std::string> texts;
  for (int i = 0; i < 1'000; ++i) texts.push_back(std::to_string(i));
  for (int i = 0; i < 1'000; i += 3)
    index.put({texts[static_cast<std::size_t>(i)], "entry " + texts[static_cast<std::size_t>(i)]});
  const std::vector<std::string_view> names(texts.begin(), texts.end());
  std::size_t next = 0;
  index.find(names, [&](std::size_t i, std::optional<std::string_view> entry) {
    REQUIRE(i == next++);
    if (i % 3 == 0) REQUIRE(entry == "entry " + texts[i]);
    else REQUIRE_FALSE(entry);
  });
  CHECK(next == names.size());
}
