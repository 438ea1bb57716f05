// SPDX-License-Identifier: MIT
// A server for one client, on standard input and output: pipes, a coprocess, or a socket from inetd and its kin.
#pragma once

#include "book/book.hpp"

namespace transport {

/// Answers until the input ends, the client says `bye` or has gone, or SIGTERM or SIGINT comes. True when all went
/// well, false after a change whose outcome is unknown. Throws std::runtime_error.
bool serve_stdio(book::Book& book, bool read_only);

}  // namespace transport
