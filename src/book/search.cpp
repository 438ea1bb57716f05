// SPDX-License-Identifier: MIT
#include "book/search.hpp"

#include <algorithm>
#include <cstring>

#include "protocol/escape.hpp"
#include "protocol/label.hpp"
#include "protocol/limits.hpp"
#include "protocol/reply.hpp"
#include "protocol/unicode.hpp"

namespace book {
namespace {

constexpr std::size_t fewest_phone_digits = 3;

static_assert(protocol::max_terms == 32, "the limit stands in the text below");
constexpr const char* too_many_terms = "Too many terms (limit 32)";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Without a branch per byte, which would often be mispredicted.
void digits_of(std::string_view text, std::string& digits) {
  digits.resize(text.size());
  char* end = digits.data();
  for (const char c : text) {
    *end = c;
    end += is_digit(c);
  }
  digits.resize(static_cast<std::size_t>(end - digits.data()));
}

/// The digits of a term that looks like a phone number, otherwise nothing.
std::string phone_digits(std::string_view term) {
  std::string digits;
  if (term.find_first_not_of("0123456789+-()./") == std::string_view::npos) digits_of(term, digits);
  if (digits.size() < fewest_phone_digits) digits.clear();
  return digits;
}

/// Whether `c`, a byte of folded text, belongs to a word: letters, digits and all non-ASCII do.
bool is_word_byte(char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || static_cast<unsigned char>(c) >= 0x80; }

/// string_view::find() may take the product of both sizes, memmem(3) takes their sum, but more to begin with: it would
/// not pay for fields as people write them.
bool contains(std::string_view text, std::string_view term) {
  constexpr std::size_t long_text = 256;
  if (text.size() < long_text) return text.find(term) != std::string_view::npos;
  return memmem(text.data(), text.size(), term.data(), term.size()) != nullptr;
}

bool begins_a_word(std::string_view text, std::string_view term) {
  for (auto at = text.find(term, 1); at != std::string_view::npos; at = text.find(term, at + 1)) {
    if (!is_word_byte(text[at - 1])) return true;
  }
  return false;
}

Rank rank_in_name(std::string_view name, std::string_view term) {
  if (name == term) return Rank::exact_name;
  if (name.starts_with(term)) return Rank::name_prefix;
  return begins_a_word(name, term) ? Rank::word_prefix : Rank::elsewhere;
}

}  // namespace

Query::Query(std::string_view terms) {
  while (!terms.empty()) {
    const auto end = std::min(terms.find(' '), terms.size());
    std::string_view word = terms.substr(0, end);
    terms.remove_prefix(std::min(end + 1, terms.size()));
    if (word.empty()) continue;

    Term term;
    if (const auto colon = protocol::find_unescaped(word, ':'); colon != std::string_view::npos) {
      term.label = word.substr(0, colon);
      if (!protocol::is_known_label(term.label)) {
        throw BadQuery(
            std::string(protocol::unknown_label_error).append(protocol::cut(term.label, protocol::max_word_shown)));
      }
      word.remove_prefix(colon + 1);
    }
    const std::string plain = protocol::unescape(word);
    protocol::fold(plain, term.folded);
    if (term.folded.empty() && term.label.empty()) continue;  // what can't be seen, or an accent alone
    term.digits = phone_digits(term.folded);
    if (std::find(terms_.begin(), terms_.end(), term) != terms_.end()) continue;
    if (terms_.size() == protocol::max_terms) throw BadQuery(too_many_terms);
    prefilter_.require(term.folded, term.digits);
    terms_.push_back(std::move(term));
  }
  if (terms_.empty()) throw BadQuery("Missing argument");
}

Rank Query::match(const store::Record& record) {
  prepare(record);
  Rank worst = Rank::exact_name;
  for (auto term = terms_.begin(); term != terms_.end() && worst != Rank::nowhere; ++term) {
    worst = std::max(worst, match(*term));
  }
  return worst;
}

void Query::prepare(const store::Record& record) {
  count_ = 0;
  add_field("name", record.name);
  std::string_view rest = record.entry;
  for (std::size_t position = 0; !rest.empty(); ++position) {
    const auto end = std::min(protocol::find_unescaped(rest, ','), rest.size());
    const std::string_view field = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (position < protocol::plain_fields.size()) {
      add_field(protocol::plain_fields[position], field);
    } else {
      const std::string_view label = protocol::label_of(field);
      add_field(label, label.empty() ? field : field.substr(label.size() + 1));
    }
  }
}

void Query::add_field(std::string_view label, std::string_view value) {
  if (count_ == fields_.size()) fields_.emplace_back();
  Field& field = fields_[count_++];
  field.label = label;
  if (value.find('\\') == std::string_view::npos) protocol::fold(value, field.folded);
  else protocol::fold(protocol::unescape(value), field.folded);
  if (protocol::covers("phone", label)) digits_of(field.folded, field.digits);
  else field.digits.clear();
}

Rank Query::match(const Term& term) const {
  const Field& name = fields_.front();
  const bool anywhere = term.label.empty();
  if ((anywhere || term.label == "name") && contains(name.folded, term.folded)) {
    return rank_in_name(name.folded, term.folded);
  }
  for (std::size_t i = 1; i < count_; ++i) {
    const Field& field = fields_[i];
    if (field.folded.empty()) continue;  // so that an empty term matches only entries that have the field
    if (!anywhere && !protocol::covers(term.label, field.label)) continue;
    if (contains(field.folded, term.folded)) return Rank::elsewhere;
    if (!term.digits.empty() && contains(field.digits, term.digits)) return Rank::elsewhere;
  }
  return Rank::nowhere;
}

}  // namespace book
