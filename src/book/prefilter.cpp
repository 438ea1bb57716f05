// SPDX-License-Identifier: MIT
#include "book/prefilter.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

namespace book {
namespace {

/// The size of a vector register on all common processors. On others the compiler splits the operations.
constexpr std::size_t block_size = 16;
using Block = unsigned char __attribute__((vector_size(block_size)));
constexpr std::size_t word_size = 64;  // bits, one per byte of text

/// Upper and lower case differ only in this bit. So do some other characters, which then count as equal.
constexpr unsigned char case_bit = 0x20;

Block load(const char* at) {
  Block block;
  std::memcpy(&block, at, block_size);
  return block;
}

/// 0xFF in each byte that is `c`, 0 in the others.
Block equal(Block block, unsigned char c) { return reinterpret_cast<Block>(block == c); }

Block non_digit(Block block) { return reinterpret_cast<Block>(block - '0' > 9); }

/// The highest bit of each byte; that of the first byte becomes the lowest.
std::uint64_t high_bits(Block block) {
#ifdef __SSE2__
  return static_cast<std::uint32_t>(_mm_movemask_epi8(reinterpret_cast<__m128i>(block)));
#else
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < block_size; ++i) bits |= std::uint64_t{block[i]} >> 7 << i;
  return bits;
#endif
}

/// The longest part of a term without a character that may be escaped in a record.
std::string_view longest_part(std::string_view term) {
  std::string_view longest;
  while (!term.empty()) {
    const auto end = std::min(term.find_first_of("\\,:\n\r\t"), term.size());
    if (end > longest.size()) longest = term.substr(0, end);
    term.remove_prefix(std::min(end + 1, term.size()));
  }
  return longest;
}

}  // namespace

/// A record, padded to at least two blocks, so that every block that any() loads lies inside it.
class Prefilter::Text {
 public:
  explicit Text(std::string_view text) : view_(text) {
    if (text.size() >= copy_.size()) return;
    copy_.fill('\0');
    std::copy(text.begin(), text.end(), copy_.begin());
    view_ = {copy_.data(), copy_.size()};
  }
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;
  ~Text() = default;

  [[nodiscard]] std::size_t size() const { return view_.size(); }

  /// Whether `test` sets the highest bit of any byte. It is called with the start of each block, all of which together
  /// cover the text except for its last `left` bytes. The last one may overlap another.
  template <typename Test>
  [[nodiscard]] bool any(std::size_t left, Test test) const {
    const char* last = view_.data() + view_.size() - left - block_size;
    Block found = test(last);
    for (const char* at = view_.data(); at < last; at += block_size) found |= test(at);
    return high_bits(found) != 0;
  }

  /// The highest bits that `test` sets in the bytes of the word that begins at `start`; the first byte's becomes the
  /// lowest.
  template <typename Test>
  [[nodiscard]] std::uint64_t bits(std::size_t start, Test test) const {
    const std::size_t size = std::min(word_size, view_.size() - start);
    const char* at = view_.data() + start;
    const std::uint64_t last = high_bits(test(load(at + size - block_size)));
    if (size < block_size) return last >> (block_size - size);
    std::uint64_t bits = last << (size - block_size);
    for (std::size_t i = 0; i + block_size < size; i += block_size) bits |= high_bits(test(load(at + i))) << i;
    return bits;
  }

  /// Where the text after the third comma begins.
  [[nodiscard]] std::size_t after_third_comma() const {
    int left = 3;
    for (std::size_t start = 0; start < view_.size(); start += word_size) {
      auto commas = bits(start, [](Block block) { return equal(block, ','); });
      for (; commas != 0; commas &= commas - 1) {
        if (--left == 0) return start + static_cast<std::size_t>(std::countr_zero(commas)) + 1;
      }
    }
    return view_.size();
  }

 private:
  std::array<char, 2 * block_size> copy_;
  std::string_view view_;
};

void Prefilter::require(std::string_view folded, std::string_view digits) {
  Term term{};
  const std::string_view part = longest_part(folded).substr(0, block_size);
  term.has_letters = !part.empty();
  for (std::size_t i = 0; i < term.letters.size() && term.has_letters; ++i) {
    const std::size_t offset = (part.size() - 1) * i / (term.letters.size() - 1);
    term.letters[i] = {offset, static_cast<unsigned char>(part[offset] | case_bit)};
  }
  term.digit_count = std::min(digits.size(), term.digits.size());
  std::copy_n(digits.begin(), term.digit_count, term.digits.begin());
  terms_.push_back(term);
}

bool Prefilter::rules_out(std::string_view record) {
  const Text text(record);
  if (text.any(0, load)) return false;  // not ASCII, where folding may change more than single bytes
  for (Term& term : terms_) {
    if (may_have_letters(text, term) || may_have_digits(text, term)) continue;
    if (&term != &terms_.front()) std::swap(term, terms_.front());
    return true;
  }
  return false;
}

inline bool Prefilter::may_have_letters(const Text& text, const Term& term) {
  if (!term.has_letters) return true;
  const auto& letters = term.letters;
  const auto is = [](const char* at, const Letter& letter) {
    return equal(load(at + letter.offset) | case_bit, letter.value);
  };
  return text.any(letters[3].offset, [&](const char* at) {
    return is(at, letters[0]) & is(at, letters[1]) & is(at, letters[2]) & is(at, letters[3]);
  });
}

/// A phone number is in the fourth field or after it. (An escaped comma only makes the search begin too early.) Not
/// inline, so that callers without digits don't pay for saving registers.
[[gnu::noinline]] bool Prefilter::may_have_digits(const Text& text, const Term& term) {
  if (term.digit_count == 0) return false;
  std::uint64_t waiting = 0;  // bit i: the digits before digit i end in an earlier word, and no digit has come since
  for (std::size_t start = text.after_third_comma(); start < text.size(); start += word_size) {
    const auto is = [&](std::size_t i) {
      return text.bits(start, [&](Block block) { return equal(block, term.digits[i]); });
    };
    std::uint64_t ends = is(0);  // where the term's digits up to this one end, whatever stands between them
    if ((ends | waiting) == 0) continue;
    const std::uint64_t others = text.bits(start, non_digit);
    for (std::size_t i = 1; i < term.digit_count && (ends | waiting) != 0; ++i) {
      const std::uint64_t next = ends << 1 | (waiting >> i & 1);
      const std::uint64_t beyond = next + others;  // the carry skips non-digits
      const bool waits = ends >> (word_size - 1) != 0 || beyond < next;
      waiting = (waiting & ~(std::uint64_t{1} << i)) | std::uint64_t{waits} << i;
      ends = beyond & is(i);
    }
    if (ends != 0) return true;
  }
  return false;
}

}  // namespace book
