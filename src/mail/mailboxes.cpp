// SPDX-License-Identifier: MIT
#include "mail/mailboxes.hpp"

#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
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

struct Free {
  void operator()(char* text) const { g_free(text); }
};
using Text = std::unique_ptr<char, Free>;

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

/// What looks like a space.
constexpr std::array<std::string_view, 16> blanks = {"\u00A0", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004",
                                                     "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200A",
                                                     "\u202F", "\u205F", "\u3000", "\u1680"};
/// What nobody sees, and no name needs (as some do a zero-width non-joiner): some only turn the text around.
constexpr std::array<std::string_view, 15> unseen = {"\u00AD", "\u200B", "\u200E", "\u200F", "\u202A",
                                                     "\u202B", "\u202C", "\u202D", "\u202E", "\u2060",
                                                     "\u2066", "\u2067", "\u2068", "\u2069", "\uFEFF"};

/// The length in bytes of the one that `text` begins with, or 0.
std::size_t one_at_front(std::string_view text, std::span<const std::string_view> of) {
  const auto one = std::find_if(of.begin(), of.end(), [text](auto other) { return text.starts_with(other); });
  return one == of.end() ? 0 : one->size();
}

/// C0, a space, DEL, or C1 (which in UTF-8 is two bytes) at the front of `text`: its length in bytes, or 0.
std::size_t blank_at_front(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text[0]);
  if (byte < 0x80) return byte <= 0x20 || byte == 0x7F ? 1 : 0;
  if (byte == 0xC2 && text.size() > 1 && static_cast<unsigned char>(text[1]) < 0xA0) return 2;
  return one_at_front(text, blanks);
}

/// A sender may encode whatever he likes into his name: control characters and blanks in a row become one space, none
/// stands at either end, and what is not seen is dropped.
std::string on_one_line(std::string_view text) {
  std::string line;
  bool gap = false;
  while (!text.empty()) {
    const std::size_t blank = blank_at_front(text);
    if (const std::size_t size = blank > 0 ? blank : one_at_front(text, unseen); size > 0) {
      gap = gap || (blank > 0 && !line.empty());
      text.remove_prefix(size);
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
  return has_domain(text) && on_one_line(text) == text &&
         g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr);
}

std::string_view view(const char* text) { return text == nullptr ? "" : text; }

/// As some programs write a name, and nobody his own.
bool is_between_apostrophes(std::string_view name) {
  if (name.size() < 3 || name.front() != '\'' || name.back() != '\'') return false;
  const std::string_view inside = name.substr(1, name.size() - 2);
  return inside.front() != ' ' && inside.back() != ' ' && inside.find('\'') == std::string_view::npos;
}

/// `name` is what GMime has decoded, which may be no UTF-8 all the same.
Mailbox mailbox(std::string_view name, std::string address) {
  const Text valid(g_utf8_make_valid(name.data(), static_cast<gssize>(name.size())));
  std::string shown = on_one_line(valid.get());
  if (is_between_apostrophes(shown)) shown = shown.substr(1, shown.size() - 2);
  if (shown.empty()) shown = address;
  return {.name = std::move(shown), .address = std::move(address)};
}

/// Where the quoted string, comment or domain literal ends with which `value` begins; npos if it does not, as a bracket
/// in a name.
std::size_t find_end(std::string_view value) {
  const char opens = value.front();
  const char closes = opens == '(' ? ')' : opens == '[' ? ']' : opens;
  std::size_t depth = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '\\') ++i;
    else if (c == closes && i > 0) depth -= 1;
    else if (opens == '[' && i > 0 && std::string_view("[<>,").find(c) != std::string_view::npos) break;
    else if (c == opens) depth += 1;
    if (depth == 0) return i + 1;
  }
  return std::string_view::npos;
}

/// A mailbox as it was sent.
struct Sent {
  std::string text;
  std::size_t open = std::string::npos;  // where its address begins with `<`
  std::size_t at = std::string::npos;    // the last `@`
  int opened = 0;                        // how many `<` there are
  int ats = 0;                           // how many `@`, since the last `<`
  std::size_t name = 0;                  // where the name begins, without what stands before the last comma in it

  /// Whether the address begins with a route (RFC 5322, 4.4), which has commas, a colon and more than one `@`.
  [[nodiscard]] bool has_route() const { return open < text.size() && text.compare(open, 2, "<@") == 0; }
};

/// No mail program writes a longer one, and GMime takes its time for it.
constexpr std::size_t longest_mailbox = 8'192;
/// After so many that do not end, no more are looked for.
constexpr std::size_t most_unended = 100;

/// Whether a comma may belong to a name that should have been quoted: `Doe, Jane <jane@example.org>`.
bool may_be_name(const Sent& sent) {
  const std::string_view part = std::string_view(sent.text).substr(sent.name);
  return sent.ats == 0 && part.find_first_of("<>") == std::string_view::npos && !on_one_line(part).empty();
}

/// What some programs write before the address itself: `<mailto:jane@example.org>`.
bool is_scheme(std::string_view text) {
  const auto is = [text](std::string_view other) {
    return text.size() == other.size() && g_ascii_strncasecmp(text.data(), other.data(), other.size()) == 0;
  };
  return is("mailto") || is("smtp");
}

/// What turned out to be no name of this mailbox: `root, jane@example.org`, `Doe, <jane@example.org>`.
void drop_other_names(Sent& sent) {
  const bool is_named = sent.open != std::string::npos &&
                        !on_one_line(std::string_view(sent.text).substr(sent.name, sent.open - sent.name)).empty();
  if (is_named) return;
  sent.text.erase(0, sent.name);
  if (sent.open != std::string::npos) sent.open -= sent.name;
  if (sent.at != std::string::npos) sent.at -= sent.name;
}

/// The mailboxes of a field's value, without the names of groups (RFC 5322, 3.4). Some programs write a semicolon for a
/// comma. What begins a quoted string, say, but does not end it, is a character like others.
std::vector<Sent> split(std::string_view value) {
  std::vector<Sent> all(1);
  std::size_t unended = 0;
  bool in_angles = false;
  while (!value.empty()) {
    const char c = value.front();
    Sent& last = all.back();
    std::size_t size = c == '\\' ? std::min<std::size_t>(2, value.size()) : 1;
    if ((c == '"' || c == '(' || c == '[') && unended < most_unended) {
      if (const std::size_t end = find_end(value); end != std::string_view::npos) size = end;
      else ++unended;
    }
    if (c == '<') {
      last.open = last.text.size();
      ++last.opened;
      last.ats = 0;
    }
    if (c == '@') {
      last.at = last.text.size();
      ++last.ats;
    }
    if (c == '<' || c == '>') in_angles = c == '<';
    const bool in_route = in_angles && last.has_route();
    const bool ends = !in_route && (c == ';' || (c == ',' && !may_be_name(last)));
    if (ends) {
      all.emplace_back();
      in_angles = false;
    } else if (c == ':' && !in_angles) {
      last = {};
    } else if (c == ':' && is_scheme(std::string_view(last.text).substr(last.open + 1))) {
      last.text.resize(last.open + 1);
    } else {
      last.text.append(value.substr(0, size));
      if (c == ',' && !in_route) last.name = last.text.size();
    }
    value.remove_prefix(size);
  }
  for (Sent& sent : all) drop_other_names(sent);
  return all;
}

/// The domain as it was sent, where it is a plain one: letters, digits, hyphens and dots, in any script.
std::string_view plain_domain(const Sent& sent) {
  if (sent.at == std::string::npos) return {};
  std::string_view domain = std::string_view(sent.text).substr(sent.at + 1);
  const auto end = std::find_if(domain.begin(), domain.end(), [](unsigned char c) {
    return c < 0x80 && !g_ascii_isalnum(static_cast<char>(c)) && c != '-' && c != '.';
  });
  if (end != domain.end() && *end != '>' && *end != ' ') return {};
  return domain.substr(0, static_cast<std::size_t>(end - domain.begin()));
}

/// As GMime reads it. But a domain stays in the letters that it was sent in, of which GMime makes others: what they
/// look like is no name of a machine, and not every program makes the same of it again.
std::optional<Mailbox> read_strictly(const Sent& sent, GMimeParserOptions* options) {
  const Owned<InternetAddressList> list(internet_address_list_parse(options, sent.text.c_str()));
  if (!list || internet_address_list_length(list.get()) != 1) return std::nullopt;
  InternetAddress* one = internet_address_list_get_address(list.get(), 0);
  if (!INTERNET_ADDRESS_IS_MAILBOX(one)) return std::nullopt;
  std::string address = on_one_line(view(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one))));
  const std::string_view domain = plain_domain(sent);
  if (!domain.empty()) address.replace(address.rfind('@') + 1, std::string::npos, domain);
  if (!is_sound_address(address)) return std::nullopt;
  return mailbox(view(internet_address_get_name(one)), std::move(address));
}

/// What is no mailbox by RFC 5322, but common: a name that should have been quoted (`[list] Bob <bob@example.org>`), an
/// address whose dots stand where they may not (`bob.@example.org`).
std::optional<Mailbox> read_loosely(const Sent& sent, GMimeParserOptions* options) {
  const bool has_name = sent.open != std::string::npos;
  const auto end = has_name ? sent.text.find('>', sent.open) : sent.text.size();
  if (end == std::string::npos || sent.opened > 1) return std::nullopt;
  const std::size_t begin = has_name ? sent.open + 1 : 0;
  std::string address = sent.text.substr(begin, end - begin);
  if (!has_name) address = on_one_line(address);
  if (!is_sound_address(address)) return std::nullopt;
  const std::string sent_name = sent.text.substr(0, has_name ? sent.open : 0);
  const Text name(g_mime_utils_decode_8bit(options, sent_name.data(), sent_name.size()));
  g_mime_utils_unquote_string(name.get());
  const Text decoded(g_mime_utils_header_decode_phrase(options, name.get()));
  return mailbox(view(decoded.get()), std::move(address));
}

std::optional<Mailbox> read(const Sent& sent, GMimeParserOptions* options) {
  if (sent.text.size() > longest_mailbox || (sent.ats > 1 && !sent.has_route())) return std::nullopt;
  auto mailbox = read_strictly(sent, options);
  return mailbox ? mailbox : read_loosely(sent, options);
}

/// Not as a GMimeMessage, which would read the addresses at once.
Owned<GMimeObject> parse(const std::string& header, GMimeParserOptions* options) {
  g_mime_init();
  const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(header.data(), header.size()));
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  return Owned<GMimeObject>(g_mime_parser_construct_part(parser.get(), options));
}

}  // namespace

std::string key_of(const Mailbox& mailbox) {
  std::string key = mailbox.name == mailbox.address ? "" : mailbox.name;
  key.push_back('\n');  // no name has one
  for (const char c : mailbox.address) key.push_back(g_ascii_tolower(c));
  return key;
}

Field mailboxes(const std::string& header, const std::string& field) {
  Field all;
  const Options options = parser_options();
  const auto parsed = parse(header, options.get());
  if (!parsed) return all;
  GMimeHeaderList* headers = g_mime_object_get_header_list(parsed.get());
  for (int i = 0; i < g_mime_header_list_get_count(headers); ++i) {
    GMimeHeader* one = g_mime_header_list_get_header_at(headers, i);
    if (g_ascii_strcasecmp(g_mime_header_get_name(one), field.c_str()) != 0) continue;
    for (const Sent& sent : split(g_mime_header_get_raw_value(one))) {
      auto one_read = read(sent, options.get());
      if (one_read) all.mailboxes.push_back(*std::move(one_read));
      else if (sent.text.find('@') != std::string::npos) all.not_read.push_back(on_one_line(sent.text));
    }
  }
  return all;
}

}  // namespace mail
