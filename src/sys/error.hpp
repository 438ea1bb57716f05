// SPDX-License-Identifier: MIT
// How a failed call to the system becomes an exception.
#pragma once

#include <string>
#include <string_view>

namespace sys {

/// Throws std::system_error for errno `code`; its what() reads "WHAT: reason", so WHAT is "cannot VERB OBJECT".
[[noreturn]] void fail(const std::string& what, int code);

/// The same with today's errno.
[[noreturn]] void fail(const std::string& what);

/// `text` as it may stand in a message or a reply: control characters (C0, DEL, C1) and what is no UTF-8 become '?', so
/// that a file name can't drive a terminal.
std::string printable(std::string_view text);

/// Writes a printable line to standard error. One that can't be written changes nothing: the exit status tells.
void complain(std::string_view line) noexcept;

}  // namespace sys
