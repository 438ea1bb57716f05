// SPDX-License-Identifier: MIT
// The limits that protocol 1 sets: sizes in bytes, except for max_terms and max_top.
#pragma once

#include <cstddef>

namespace protocol {

inline constexpr std::size_t max_line = 65'536;            // a request line, without its line end
inline constexpr std::size_t max_name = 1'024;             // a name in canonical form
inline constexpr std::size_t max_record = max_line - 5;    // a name and an entry in canonical form: `add:NAME,ENTRY`
inline constexpr std::size_t max_terms = 32;               // of a search: each is looked for in every entry
inline constexpr std::size_t max_word_shown = 64;          // of what an error quotes: a command, a number, a name
inline constexpr std::size_t max_unread_replies = 65'536;  // beyond that, no further request of the client is run
inline constexpr std::size_t max_top = 1'000'000;          // entries that `top` may ask for

/// All entries, however many.
inline constexpr std::size_t no_limit = static_cast<std::size_t>(-1);

}  // namespace protocol
