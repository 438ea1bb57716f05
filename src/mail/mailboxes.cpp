// SPDX-License-Identifier: MIT
#include "mail/mailboxes.hpp"

#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "mail/address.hpp"

namespace mail {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <typename Object>
using Owned = std::unique_ptr<Object, Unref>;

struct FreeOptions {
  void operator()(GMimeParserOptions* options) const { g_mime_parser_options_free(options); }
};
using Options = std::unique_ptr<GMimeParserOptions, FreeOptions>;

/// Text that was not encoded, against the rules, is taken for UTF-8, or failing that for what most such mail is written
/// in.
Options parser_options() {
  std::array<const char*, 3> charsets = {"utf-8", "windows-1252", nullptr};
  Options options(g_mime_parser_options_new());
  g_mime_parser_options_set_fallback_charsets(options.get(), charsets.data());
  return options;
}

/// C0, space, DEL, or C1 (which in UTF-8 is two bytes) at the front of `text`: its length in bytes, or 0.
std::size_t blank_at_front(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text[0]);
  if (byte <= 0x20 || byte == 0x7F) return 1;
  return byte == 0xC2 && text.size() > 1 && static_cast<unsigned char>(text[1]) < 0xA0 ? 2 : 0;
}

/// A sender may encode whatever he likes into his name: control characters and blanks in a row become one space, and
/// none stands at either end.
std::string on_one_line(std::string_view text) {
  std::string line;
  bool gap = false;
  while (!text.empty()) {
    if (const std::size_t blank = blank_at_front(text)) {
      gap = !line.empty();
      text.remove_prefix(blank);
      continue;
    }
    if (gap) line.push_back(' ');
    gap = false;
    line.push_back(text[0]);
    text.remove_prefix(1);
  }
  return line;
}

/// Whether it can be stored as an address, and written anywhere. A word alone is more likely a name whose address is
/// missing.
bool is_sound_address(std::string_view text) {
  return text.find('@') != std::string_view::npos && is_address(text) && on_one_line(text) == text &&
         g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr);
}

std::string_view view(const char* text) { return text == nullptr ? std::string_view() : text; }

void append_mailbox(std::vector<Mailbox>& out, std::string name, std::string address) {
  if (name.empty()) name = address;
  out.push_back({.name = std::move(name), .address = std::move(address)});
}

void append_mailboxes(std::vector<Mailbox>& out, InternetAddressList* list) {
  const int count = list == nullptr ? 0 : internet_address_list_length(list);
  for (int i = 0; i < count; ++i) {
    InternetAddress* one = internet_address_list_get_address(list, i);
    if (INTERNET_ADDRESS_IS_GROUP(one)) {
      append_mailboxes(out, internet_address_group_get_members(INTERNET_ADDRESS_GROUP(one)));
      continue;
    }
    std::string address = on_one_line(view(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one))));
    if (!is_sound_address(address)) continue;
    append_mailbox(out, on_one_line(view(internet_address_get_name(one))), std::move(address));
  }
}

struct Free {
  void operator()(char* text) const { g_free(text); }
};

/// Takes the mailbox from a value that is not a list of addresses by RFC 5322: a name that should have been quoted
/// stands before the address (`[list] Bob <bob@example.org>`).
void append_unquoted(std::vector<Mailbox>& out, std::string_view value, GMimeParserOptions* options) {
  const auto open = value.rfind('<');
  const auto end = value.find('>', open);
  if (open == std::string_view::npos || end == std::string_view::npos) return;
  const std::string_view address = value.substr(open + 1, end - open - 1);
  if (!is_sound_address(address)) return;
  const std::unique_ptr<char, Free> name(
      g_mime_utils_header_decode_phrase(options, std::string(value.substr(0, open)).c_str()));
  append_mailbox(out, on_one_line(view(name.get())), std::string(address));
}

/// Groups don't nest, but GMime reads them as if they did, by recursion: this keeps the stack from a hostile sender.
void refuse_nested_groups(std::string_view value) {
  constexpr std::ptrdiff_t most_colons = 1000;
  if (std::count(value.begin(), value.end(), ':') > most_colons)
    throw std::runtime_error("cannot read the message: too many groups in a field");
}

/// Not as a GMimeMessage, which would read the addresses at once.
Owned<GMimeObject> parse(const std::string& header, GMimeParserOptions* options) {
  g_mime_init();
  const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(header.data(), header.size()));
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  return Owned<GMimeObject>(g_mime_parser_construct_part(parser.get(), options));
}

}  // namespace

bool is_same(const Mailbox& one, const Mailbox& other) {
  const bool are_nameless = one.name == one.address && other.name == other.address;
  return (one.name == other.name || are_nameless) && is_same_address(one.address, other.address);
}

std::vector<Mailbox> mailboxes(const std::string& header, const std::string& field) {
  std::vector<Mailbox> all;
  const Options options = parser_options();
  const auto parsed = parse(header, options.get());
  if (!parsed) return all;
  GMimeHeaderList* headers = g_mime_object_get_header_list(parsed.get());
  for (int i = 0; i < g_mime_header_list_get_count(headers); ++i) {
    GMimeHeader* one = g_mime_header_list_get_header_at(headers, i);
    if (g_ascii_strcasecmp(g_mime_header_get_name(one), field.c_str()) != 0) continue;
    const char* value = g_mime_header_get_raw_value(one);
    refuse_nested_groups(value);
    const Owned<InternetAddressList> list(internet_address_list_parse(options.get(), value));
    const std::size_t before = all.size();
    append_mailboxes(all, list.get());
    if (all.size() == before) append_unquoted(all, value, options.get());
  }
  return all;
}

}  // namespace mail
