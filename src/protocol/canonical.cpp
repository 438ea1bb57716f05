// SPDX-License-Identifier: MIT
#include "protocol/canonical.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "protocol/escape.hpp"
#include "protocol/unicode.hpp"

namespace protocol {
namespace {

/// The bytes that stand for themselves in a canonical name: printable ASCII except backslash, comma and colon.
constexpr auto plain_in_names = [] {
  std::array<bool, 256> plain{};
  for (std::size_t byte = 0x20; byte < 0x7F; ++byte) plain[byte] = byte != '\\' && byte != ',' && byte != ':';
  return plain;
}();

/// True for most canonical names: those of printable ASCII without escapes.
bool is_plain_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return plain_in_names[static_cast<unsigned char>(c)]; });
}

}  // namespace

std::string_view keep(std::string_view text, std::pmr::memory_resource& memory) {
  if (text.empty()) return {};
  char* copy = static_cast<char*>(memory.allocate(text.size(), 1));
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

std::string_view canonical_name(std::string_view name, std::pmr::memory_resource& memory) {
  if (is_plain_name(name)) return name;
  std::string canonical;
  // Unescape before composing: the `n` of `\n` must not be taken for the base of a mark that follows it.
  append_escaped(canonical, to_nfc(unescape(name)), Place::name);
  return canonical == name ? name : keep(canonical, memory);
}

std::string_view canonical_entry(std::string_view entry, std::pmr::memory_resource& memory) {
  if (entry.find('\\') == std::string_view::npos) return entry;
  std::string canonical;
  canonical.reserve(entry.size());
  for (std::size_t i = 0; i < entry.size(); ++i) {
    if (entry[i] == '\\') {
      ++i;
      if (entry[i] != ':') canonical.push_back('\\');
    }
    canonical.push_back(entry[i]);
  }
  return canonical.size() == entry.size() ? entry : keep(canonical, memory);
}

}  // namespace protocol
