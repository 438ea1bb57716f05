// SPDX-License-Identifier: MIT
// The cheap first test of a search, which most records don't pass: whether a record can have every term at all, judged
// by its raw bytes, without splitting it into fields and folding them. It accepts some that don't match, but never
// rejects one that does. It works on blocks of bytes, so that most records cost some hundred instructions.
#pragma once

#include <array>
#include <string_view>
#include <vector>

namespace book {

class Prefilter {
 public:
  /// Adds a term, folded, and its digits if it can be a phone number: they match whatever stands between them.
  void require(std::string_view folded, std::string_view digits);

  /// Whether some term is nowhere in `record`, a name and its entry in one piece. Tries the term that failed last
  /// first.
  bool rules_out(std::string_view record);

 private:
  struct Letter {
    std::size_t offset;
    unsigned char value;
  };
  struct Term {
    std::array<Letter, 4> letters;  // a sample of one part of the term, including that part's first and last
    bool has_letters;
    std::array<unsigned char, 16> digits;
    std::size_t digit_count;
  };
  class Text;

  static bool may_have_letters(const Text& text, const Term& term);
  static bool may_have_digits(const Text& text, const Term& term);

  std::vector<Term> terms_;
};

}  // namespace book
