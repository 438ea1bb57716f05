// SPDX-License-Identifier: MIT
// How a failed system call becomes an exception, and how messages reach standard error.
#pragma once

#include <string>
#include <string_view>

namespace sys {

/// Throws std::system_error for errno `code`; its what() reads "WHAT: reason", so WHAT is "cannot VERB OBJECT".
[[noreturn]] void fail(const std::string& what, int code);

/// As above, with the current errno.
[[noreturn]] void fail(const std::string& what);

/// Returns `text` as it may stand in a message or a reply: control characters (C0, DEL, C1) and bytes that are not
/// UTF-8 become '?', so that a file name can't drive a terminal.
std::string printable(std::string_view text);

/// The name by which this program was started, without its folder.
std::string_view program_name();

/// Writes printable(line) as a line to standard error. Ignores failure: the exit status still tells.
void complain(std::string_view line) noexcept;

/// As above, for the line "PROGRAM: TEXT".
void warn(std::string_view text) noexcept;

}  // namespace sys
