// SPDX-License-Identifier: MIT
// Which entries a query finds, and how it ranks them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <iterator>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "book/search.hpp"
#include "protocol/escape.hpp"
#include "protocol/label.hpp"
#include "protocol/unicode.hpp"

namespace {

using book::Query;
using book::Rank;
using store::Record;

constexpr Record jose{"Jos\u00e9 N\u00fa\u00f1ez",
                      "12,Stra\u00dfe \\, Hof,K\u00f6ln,(555) 01 99,email.work=jn@example.org,note=plays lute,odd"};

Rank rank(std::string_view terms, const Record& record = jose) { return Query(terms).match(record); }

bool finds(std::string_view terms, const Record& record = jose) { return rank(terms, record) != Rank::nowhere; }

}  // namespace

TEST_CASE("no term makes a search take the product of its size and a field's") {
  const std::string field = "1," + std::string(60'000, 'a');
  const Record record{"Long", field};
  const auto time_of = [&](const std::string& term) {  // the least of some: other programs run too
    auto least = std::chrono::nanoseconds::max();
    for (int i = 0; i < 5; ++i) {
      Query query(term);
      const auto start = std::chrono::steady_clock::now();
      CHECK(query.match(record) == Rank::nowhere);
      least = std::min<std::chrono::nanoseconds>(least, std::chrono::steady_clock::now() - start);
    }
    return least;
  };
  const std::string most(30'000, 'a');
  CHECK(time_of(most + "b") < 20 * time_of("b" + most));  // string::find takes 200 times as long
}

TEST_CASE("every term must be found, in the name or in a field's value") {
  CHECK(finds("jose"));
  CHECK(finds("NUNEZ koln"));
  CHECK(finds("strasse"));
  CHECK(finds("jn@example"));
  CHECK(finds("odd"));
  CHECK(finds(" jose  lute "));
  CHECK_FALSE(finds("jose camelot"));
  CHECK_FALSE(finds("email"));  // a label is not a value
  CHECK(finds("\\,"));
}

TEST_CASE("a label looks in one kind of field") {
  CHECK(finds("town:koln"));
  CHECK_FALSE(finds("street:koln"));
  CHECK(finds("number:12"));
  CHECK(finds("name:jose"));
  CHECK_FALSE(finds("name:koln"));
  CHECK(finds("email:jn"));
  CHECK(finds("email.work:jn"));
  CHECK_FALSE(finds("email.home:jn"));
  CHECK(finds("email.work:jn town:koln"));
  CHECK_FALSE(finds("x-none:jn"));
  CHECK(finds("x-pet:dog", {"A", ",,,,x-pet=Dog"}));
  CHECK_THROWS_AS(rank("knight:jose"), book::BadQuery);
  CHECK_THROWS_AS(rank(":jose"), book::BadQuery);
  CHECK_THROWS_AS(rank("emailx:jose"), book::BadQuery);
  CHECK(finds("a\\:b", {"a\\:b", ""}));
}

TEST_CASE("a phone number is found by its digits") {
  CHECK(finds("555-0199"));
  CHECK(finds("5550199"));
  CHECK(finds("phone:(555)0199"));
  CHECK(finds("phone.home:+5550", {"A", ",,,,phone.home=+55 50"}));
  CHECK(finds("05550123", {"علي", ",,,٠٥٥٥٠١٢٣"}));  // whatever the script of the digits
  CHECK(finds("۰۵۵۵-۰۱۲۳", {"علی", ",,,0555 0123"}));
  CHECK(finds("987-6543", {"देव", ",,,९८७६५४३"}));
  CHECK_FALSE(finds("55-1"));
  CHECK_FALSE(finds("5-5", {"A", ",,,5 5"}));     // two digits only
  CHECK_FALSE(finds("12-34", {"A", "1234,,,"}));  // no phone field
  CHECK_FALSE(finds("email:555-0199"));
  CHECK_FALSE(finds("555-0199x"));
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

// A search in its simplest form: every record is split, folded and searched in full.
namespace slow {

std::string folded(std::string_view escaped) {
  std::string out;
  protocol::fold(protocol::unescape(escaped), out);
  return out;
}

std::string digits(std::string_view text) {
  std::string found;
  std::copy_if(text.begin(), text.end(), std::back_inserter(found), [](char c) { return c >= '0' && c <= '9'; });
  return found;
}

struct Field {
  std::string label;
  std::string value;
};

std::vector<Field> fields(const Record& record) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < record.entry.size(); ++i) {
    if (record.entry[i] == ',') {
      parts.emplace_back();
      continue;
    }
    if (record.entry[i] == '\\') parts.back() += record.entry[i++];
    parts.back() += record.entry[i];
  }
  std::vector<Field> all;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string label(i < 4 ? protocol::plain_fields[i] : protocol::label_of(parts[i]));
    const bool is_labelled = i >= 4 && !label.empty();
    all.push_back({label, folded(is_labelled ? parts[i].substr(label.size() + 1) : parts[i])});
  }
  return all;
}

bool is_word_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0;
}

Rank rank_of_term(std::string_view label, std::string_view term, const Record& record) {
  const std::string name = folded(record.name);
  if (label.empty() || label == "name") {
    if (name == term) return Rank::exact_name;
    if (name.starts_with(term)) return Rank::name_prefix;
    for (std::size_t i = 1; i < name.size(); ++i) {
      if (!is_word_byte(name[i - 1]) && name.substr(i).starts_with(term)) return Rank::word_prefix;
    }
    if (name.find(term) != std::string::npos) return Rank::elsewhere;
  }
  const bool dials = term.find_first_not_of("0123456789+-()./") == std::string::npos && digits(term).size() >= 3;
  for (const auto& field : fields(record)) {
    if (field.value.empty() || (!label.empty() && !protocol::covers(label, field.label))) continue;
    if (field.value.find(term) != std::string::npos) return Rank::elsewhere;
    if (!dials || !protocol::covers("phone", field.label)) continue;
    if (digits(field.value).find(digits(term)) != std::string::npos) return Rank::elsewhere;
  }
  return Rank::nowhere;
}

/// Nothing where no term has anything that can be seen.
std::optional<Rank> rank(const std::string& terms, const Record& record) {
  std::istringstream words(terms);
  std::optional<Rank> worst;
  for (std::string word; words >> word;) {
    const auto colon = protocol::find_unescaped(word, ':');
    const std::string label = colon == std::string::npos ? "" : word.substr(0, colon);
    const std::string term = folded(label.empty() ? word : word.substr(colon + 1));
    if (label.empty() && term.empty()) continue;
    worst = std::max(worst.value_or(Rank::exact_name), rank_of_term(label, term, record));
  }
  return worst;
}

}  // namespace slow

/// Random records, and queries of which many match.
class Made {
 public:
  explicit Made(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t number) { return random_() % number; }

  std::string_view one_of(std::initializer_list<std::string_view> all) { return all.begin()[below(all.size())]; }

  std::string text(std::size_t longest, bool ascii) {
    std::string made;
    for (auto left = below(longest + 1); left > 0; --left) {
      if (below(12) == 0) made += one_of({"\\,", "\\\\", "\\n", "\\t", "=", "[", "{", "@", "`", "|"});
      else if (!ascii && below(4) == 0) made += one_of({"\u00e9", "E\u0301", "\u00df", "\u0131", "\uff15", "\u200d"});
      else made += one_of({"a", "A", "b", "B", "z", "Z", "5", "0", "1", " ", "-", "'"});
    }
    return made;
  }

  std::string phone() {
    std::string made;
    for (auto left = below(14); left > 0; --left) {
      made += one_of({"0", "1", "5"});
      if (below(3) == 0) made += one_of({"-", " ", " / ", ")(", ".", "           ", " ext x"});
      if (below(40) == 0) made += std::string(70, ' ');
    }
    return made;
  }

  std::string entry(bool ascii) {
    std::string made = text(below(8) == 0 ? 80 : 6, ascii) + "," + text(12, ascii) + "," + text(12, ascii) + ",";
    made += below(4) == 0 ? text(12, ascii) : phone();
    for (auto left = below(4); left > 0; --left) {
      const std::string label(
          one_of({"phone=", "phone.work=", "phones=", "email=", "note=", "email.home=", "x-a=", ""}));
      made += "," + label + (below(2) == 0 ? phone() : text(below(6) == 0 ? 90 : 10, ascii));
    }
    if (below(10) == 0) made.resize(std::min(made.size(), made.find(',', below(made.size()))));
    return protocol::bad_escape(made) ? "" : made;
  }

  /// Usually a piece of the record, in another case and with other characters between its digits.
  std::string term(const std::string& record, bool ascii) {
    std::string made(one_of({"", "", "", "", "name:", "phone:", "phone.work:", "email:", "note:", "street:"}));
    const std::string piece =
        below(4) == 0 ? text(4, ascii) : record.substr(below(record.size()), 1 + below(below(8) == 0 ? 40 : 9));
    const bool dials = below(2) == 0;
    std::string word;
    for (const char c : piece) {
      if (dials && (c < '0' || c > '9')) continue;
      if (dials && below(4) == 0) word += one_of({"-", "+", "/", "()"});
      word += c == ':' ? ';' : below(4) == 0 ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    }
    std::erase(word, ' ');
    const bool is_sound = !protocol::bad_escape(word) && protocol::find_fault(word) == protocol::Fault::none;
    return made + (is_sound ? word : "a");
  }

 private:
  std::mt19937 random_;
};

TEST_CASE("a search finds and ranks what a slow one does, whatever a first look may skip") {
  Made made(1);
  std::size_t hits = 0;
  std::size_t ruled_out = 0;
  constexpr std::size_t rounds = 100'000;
  for (std::size_t round = 0; round < rounds; ++round) {
    const bool ascii = made.below(8) != 0;
    const std::string name = "a" + made.text(made.below(6) == 0 ? 70 : 8, ascii);
    const std::string entry = made.entry(ascii);
    std::string terms = made.term(name + "," + entry, ascii);
    for (auto more = made.below(3); more > 0; --more) terms += " " + made.term(name + "," + entry, ascii);
    CAPTURE(name);
    CAPTURE(entry);
    CAPTURE(terms);
    const auto expected = slow::rank(terms, {name, entry});
    if (!expected) {
      CHECK_THROWS_AS(Query{terms}, book::BadQuery);
      continue;
    }
    Query query(terms);
    CHECK(query.match({name, entry}) == expected);
    const bool matches = expected != Rank::nowhere;
    CHECK((query.may_match(name + entry) || !matches));
    // Again, with the byte that may be between them, and after a record that may have changed the order of the terms.
    query.may_match("b,,,");
    CHECK((query.may_match(name + ":" + entry) || !matches));
    ruled_out += !query.may_match(name + entry);
    hits += matches;
  }
  CHECK(ruled_out > (rounds - hits) / 4);
  CHECK(hits > rounds / 10);
  CHECK(hits < rounds - rounds / 10);
}
