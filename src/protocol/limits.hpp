// SPDX-License-Identifier: MIT
// The sizes that protocol 1 sets, in bytes.
#pragma once

#include <cstddef>

namespace protocol {

inline constexpr std::size_t max_line = 65'536;            // a request line, without its line end
inline constexpr std::size_t max_name = 1'024;             // a name in canonical form
inline constexpr std::size_t max_word_shown = 64;          // of an unknown command, in the error
inline constexpr std::size_t max_unread_replies = 65'536;  // beyond it no further request of that client is run

}  // namespace protocol
