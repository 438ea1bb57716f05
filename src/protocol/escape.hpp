// SPDX-License-Identifier: MIT
// The escapes of protocol 1: `\\` `\n` `\r` `\t` `\,` `\:`. Pure text, no Unicode: the client uses it too.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace protocol {

/// Where text stands, which decides what is escaped besides backslash, LF, CR and TAB: in a name, comma and colon
/// (which ends the name in a reply and in the text book); in a field, the comma; in a line of its own, for the client's
/// output, nothing.
enum class Place { name, field, line };

/// Appends plain `text` in escaped form.
void append_escaped(std::string& out, std::string_view text, Place place);

/// The first invalid escape in `text`: the backslash and the character after it, or a lone backslash at the end.
std::optional<std::string_view> bad_escape(std::string_view text);

/// Undoes the escapes of `text`, which must all be valid.
std::string unescape(std::string_view text);

/// The position of the first unescaped `wanted` in `text` from `start` on, or npos.
std::size_t find_unescaped(std::string_view text, char wanted, std::size_t start = 0);

/// At most `limit` bytes of escaped `text`, cut between characters and never inside an escape.
std::string_view cut(std::string_view text, std::size_t limit);

/// The length in bytes of the UTF-8 character whose first byte is `lead`.
std::size_t character_length(char lead);

}  // namespace protocol
