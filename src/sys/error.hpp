// SPDX-License-Identifier: MIT
// How a failed call to the system becomes an exception.
#pragma once

#include <string>

namespace sys {

/// Throws std::system_error for errno `code`; its what() reads "WHAT: reason", so WHAT is "cannot VERB OBJECT".
[[noreturn]] void fail(const std::string& what, int code);

/// The same with today's errno.
[[noreturn]] void fail(const std::string& what);

/// `text` as it may stand in a message: control characters become '?', so that a file name can't drive a terminal.
std::string printable(std::string text);

}  // namespace sys
