// SPDX-License-Identifier: MIT
// The first look of a search at a record, which most don't get past: whether it can have every term at all, told from
// its bytes as they lie there, not taken apart into fields and folded. It lets some pass that have not, but never stops
// one that has. It looks at blocks of bytes, so that most records cost some hundred instructions.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace book {

class FirstLook {
 public:
  /// A term, folded; and if it can be a phone number, its digits, by which it is found there whatever stands between.
  void require(std::string_view folded, std::string_view digits);

  /// Whether some term is nowhere in `record`, a name and its entry in one piece. Not for two threads at once: it tries
  /// first what has failed last.
  bool rules_out(std::string_view record);

 private:
  struct Letter {
    std::size_t offset;
    unsigned char value;
  };
  struct Term {
    std::array<Letter, 4> letters;  // some of the term, the first and the last among them
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
