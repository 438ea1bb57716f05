// SPDX-License-Identifier: MIT
#include "protocol/unicode.hpp"

#include <utf8proc.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <optional>

namespace protocol {
namespace {

struct Free {
  void operator()(utf8proc_uint8_t* text) const { std::free(text); }
};

// cppcheck-suppress returnDanglingLifetime ; a view owns nothing
const utf8proc_uint8_t* bytes(std::string_view text) { return reinterpret_cast<const utf8proc_uint8_t*>(text.data()); }

bool is_control(utf8proc_int32_t codepoint) { return codepoint < 0x20 || (codepoint >= 0x7F && codepoint <= 0x9F); }

/// An accent is a nonspacing mark whose combining class says where it is placed. Exempt are class 0 (vowel signs), 7
/// (nuktas), 8 (kana voicing marks), 9 (viramas) and the seven below (vowel signs of Telugu, Thai, Lao and Tibetan):
/// without those, a word would be a different word.
bool is_accent(utf8proc_int32_t codepoint) {
  const utf8proc_property_t* property = utf8proc_get_property(codepoint);
  if (property->category != UTF8PROC_CATEGORY_MN) return false;
  switch (property->combining_class) {
    case 84:
    case 91:
    case 103:
    case 118:
    case 129:
    case 130:
    case 132: return false;
    default: return property->combining_class > 9;
  }
}

/// What people type for a character that their keyboard lacks and Unicode doesn't decompose: Latin letters of names
/// with a stroke, without a dot, or of two, and typographic quotes. Empty for the Arabic tatweel, which only stretches
/// a word; nullopt for all others.
std::optional<std::string_view> plain_form(utf8proc_int32_t codepoint) {
  switch (codepoint) {
    case 0x00AB:
    case 0x00BB:
    case 0x05F4:
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x201F: return "\"";
    case 0x05F3:
    case 0x201A:
    case 0x201B:
    case 0x2032: return "'";
    case 0x00E6: return "ae";
    case 0x00F0:
    case 0x0111: return "d";
    case 0x00F8: return "o";
    case 0x00FE: return "th";
    case 0x0127: return "h";
    case 0x0131: return "i";
    case 0x0142: return "l";
    case 0x0153: return "oe";
    case 0x0167: return "t";
    case 0x0640: return "";
    default: return std::nullopt;
  }
}

bool is_decimal(utf8proc_int32_t codepoint) { return utf8proc_category(codepoint) == UTF8PROC_CATEGORY_ND; }

/// The ASCII digit of the same value as a decimal digit of any script. The ten of a script stand in a row, in order;
/// what adjoins them is no decimal digit, or another ten.
std::optional<char> ascii_digit(utf8proc_int32_t codepoint) {
  if (!is_decimal(codepoint)) return std::nullopt;
  utf8proc_int32_t zero = codepoint;
  while (is_decimal(zero - 1)) --zero;
  return static_cast<char>('0' + (codepoint - zero) % 10);
}

/// `text` without the marks beyond the first `most_marks` in a row.
std::string with_few_marks(std::string_view text) {
  constexpr std::size_t most_marks = 30;
  std::string few;
  few.reserve(text.size());
  std::size_t marks = 0;
  while (!text.empty()) {
    utf8proc_int32_t codepoint = 0;
    const auto size = utf8proc_iterate(bytes(text), static_cast<utf8proc_ssize_t>(text.size()), &codepoint);
    if (size <= 0) return few;  // impossible: the text is valid
    marks = utf8proc_get_property(codepoint)->combining_class > 0 ? marks + 1 : 0;
    if (marks <= most_marks) few.append(text.substr(0, static_cast<std::size_t>(size)));
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return few;
}

std::string mapped(std::string_view text, int options) {
  utf8proc_uint8_t* raw = nullptr;
  const auto size = utf8proc_map(bytes(text), static_cast<utf8proc_ssize_t>(text.size()), &raw,
                                 static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, Free> owner(raw);
  if (size < 0) throw std::bad_alloc();
  return {reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size)};
}

/// `text` is decomposed and case folded.
void append_without_accents(std::string& out, std::string_view text) {
  while (!text.empty()) {
    utf8proc_int32_t codepoint = 0;
    const auto size = utf8proc_iterate(bytes(text), static_cast<utf8proc_ssize_t>(text.size()), &codepoint);
    if (size <= 0) return;  // impossible: the text came from utf8proc
    if (const auto plain = plain_form(codepoint)) out.append(*plain);
    else if (const auto digit = ascii_digit(codepoint)) out.push_back(*digit);
    else if (!is_accent(codepoint)) out.append(text.substr(0, static_cast<std::size_t>(size)));
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

}  // namespace

bool is_plain_ascii(std::string_view text) {
  // Eight bytes at a time, and the last eight even if they overlap others: names are too short for longer vectors. In
  // one of the three terms, a byte's high bit is set if the byte is not ASCII, below a space, or DEL and above; a
  // borrow or a carry comes only out of a byte that is caught itself.
  constexpr std::size_t width = sizeof(std::uint64_t);
  constexpr std::uint64_t each = 0x0101010101010101;
  const auto odd = [](const char* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, width);
    return word | (word - 0x20 * each) | (word + each);
  };
  std::uint64_t found = 0;
  if (text.size() < width) {
    for (const char c : text)
      found |= static_cast<unsigned char>(static_cast<unsigned char>(c) - 0x20) < 0x5F ? 0 : 0x80;
    return found == 0;
  }
  for (std::size_t i = 0; i + width <= text.size(); i += width) found |= odd(text.data() + i);
  found |= odd(text.data() + text.size() - width);
  return (found & (0x80 * each)) == 0;
}

Fault find_fault(std::string_view text) {
  if (is_plain_ascii(text)) return Fault::none;
  bool control = false;
  while (!text.empty()) {
    utf8proc_int32_t codepoint = 0;
    const auto size = utf8proc_iterate(bytes(text), static_cast<utf8proc_ssize_t>(text.size()), &codepoint);
    if (size <= 0) return Fault::invalid_utf8;
    control = control || is_control(codepoint);
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return control ? Fault::control_character : Fault::none;
}

std::string to_nfc(std::string_view text) {
  if (with_few_marks(text).size() < text.size()) return std::string(text);
  return mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

void fold(std::string_view text, std::string& out) {
  if (is_plain_ascii(text)) {
    out.assign(text);
    // No branch per byte, so that the compiler can vectorize the loop.
    for (char& c : out) c = static_cast<char>(c + (c >= 'A' && c <= 'Z' ? 'a' - 'A' : 0));
    return;
  }
  out.clear();
  append_without_accents(out, mapped(with_few_marks(text), UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
                                                               UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | UTF8PROC_LUMP));
}

}  // namespace protocol
