// SPDX-License-Identifier: MIT
// Which entries a query finds, and how it ranks them.
#include <doctest/doctest.h>

#include <array>
#include <random>
#include <string>

#include "book/search.hpp"

namespace {

using book::Query;
using book::Rank;
using store::Record;

constexpr Record jose{"Jos\u00e9 N\u00fa\u00f1ez",
                      "12,Stra\u00dfe \\, Hof,K\u00f6ln,(555) 01 99,email.work=jn@example.org,note=plays lute,odd"};

std::optional<Rank> rank(std::string_view terms, const Record& record = jose) { return Query(terms).match(record); }

}  // namespace

TEST_CASE("every term must be found, in the name or in a field's value") {
  CHECK(rank("jose"));
  CHECK(rank("NUNEZ koln"));
  CHECK(rank("strasse"));
  CHECK(rank("jn@example"));
  CHECK(rank("odd"));
  CHECK(rank(" jose  lute "));
  CHECK_FALSE(rank("jose camelot"));
  CHECK_FALSE(rank("email"));  // a label is no value
  CHECK(rank("\\,"));
}

TEST_CASE("a label looks in one kind of field") {
  CHECK(rank("town:koln"));
  CHECK_FALSE(rank("street:koln"));
  CHECK(rank("number:12"));
  CHECK(rank("name:jose"));
  CHECK_FALSE(rank("name:koln"));
  CHECK(rank("email:jn"));
  CHECK(rank("email.work:jn"));
  CHECK_FALSE(rank("email.home:jn"));
  CHECK(rank("email.work:jn town:koln"));
  CHECK_FALSE(rank("x-none:jn"));
  CHECK(rank("x-pet:dog", {"A", ",,,,x-pet=Dog"}));
  CHECK_THROWS_AS(rank("knight:jose"), book::UnknownLabel);
  CHECK_THROWS_AS(rank(":jose"), book::UnknownLabel);
  CHECK_THROWS_AS(rank("emailx:jose"), book::UnknownLabel);
  CHECK(rank("a\\:b", {"a\\:b", ""}));
}

TEST_CASE("a phone number is found by its digits") {
  CHECK(rank("555-0199"));
  CHECK(rank("5550199"));
  CHECK(rank("phone:(555)0199"));
  CHECK(rank("phone.home:+5550", {"A", ",,,,phone.home=+55 50"}));
  CHECK_FALSE(rank("55-1"));
  CHECK_FALSE(rank("5-5", {"A", ",,,5 5"}));     // two digits only
  CHECK_FALSE(rank("12-34", {"A", "1234,,,"}));  // no phone field
  CHECK_FALSE(rank("email:555-0199"));
  CHECK_FALSE(rank("555-0199x"));
}

TEST_CASE("an entry ranks by its worst term: whole name, its start, a word's start, elsewhere") {
  CHECK(rank("arthur", {"Arthur", ""}) == Rank::exact_name);
  CHECK(rank("art", {"Arthur", ""}) == Rank::name_prefix);
  CHECK(rank("art", {"King Arthur", ""}) == Rank::word_prefix);
  CHECK(rank("brien", {"O'Brien", ""}) == Rank::word_prefix);
  CHECK(rank("thur", {"King Arthur", ""}) == Rank::elsewhere);
  CHECK(rank("king art", {"King Arthur", ""}) == Rank::word_prefix);
  CHECK(rank("king camelot", {"King Arthur", ",,Camelot"}) == Rank::elsewhere);
  CHECK(rank("an an", {"Ban An", ""}) == Rank::word_prefix);
}

TEST_CASE("the first look at a record as a whole loses nothing") {
  std::mt19937 random(1);
  const auto text = [&](std::string_view letters, std::size_t longest) {
    std::string made;
    for (auto left = random() % (longest + 1); left > 0; --left) made.push_back(letters[random() % letters.size()]);
    return made;
  };
  const auto term = [&] {
    const std::array<std::string, 5> labels = {"", "", "town:", "phone:", "note:"};
    return labels[random() % labels.size()] + text("aB-1 2", 4) + (random() % 20 == 0 ? "\\," : "");
  };
  int hits = 0;
  for (int round = 0; round < 20'000; ++round) {
    const std::string name = "a" + text("abAB 1", 4);
    const std::string entry = text("aAbB12-,", 12) + ",note=z" + text("ab1 2", 6);
    const std::string terms = "a " + term();
    CAPTURE(name);
    CAPTURE(entry);
    CAPTURE(terms);
    const auto quick = rank(terms, {name, entry});
    CHECK(quick == rank(terms, {name, entry + "\u00a7"}));  // not ASCII, so there is no first look
    hits += quick.has_value();
  }
  CHECK(hits > 1'000);
  CHECK(hits < 19'000);
}
