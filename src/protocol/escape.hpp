// SPDX-License-Identifier: MIT
// The escapes of protocol 1: `\\` `\n` `\r` `\t` `\,` `\:`. Pure text, no Unicode: the client uses it too.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace protocol {

/// Which characters a place escapes, besides backslash, LF, CR and TAB: a name the comma, and the colon, which ends it
/// in a reply and in the text book; a field the comma; a line of its own, for the client's output, none.
enum class Place { name, field, line };

/// Appends plain `text` in escaped form.
void append_escaped(std::string& out, std::string_view text, Place place);

/// The first escape of `text` that is none: the backslash and the character after it, or the lone last backslash.
std::optional<std::string_view> bad_escape(std::string_view text);

/// Plain text of escaped `text`, which has no bad escape.
std::string unescape(std::string_view text);

/// Where `wanted` stands in `text` without a backslash before it, from `start` on; npos without one.
std::size_t find_unescaped(std::string_view text, char wanted, std::size_t start = 0);

/// The length in bytes of the UTF-8 character whose first byte is `lead`.
std::size_t character_length(char lead);

}  // namespace protocol
