// SPDX-License-Identifier: MIT
// A server for one client, on standard input and output: pipes, a coprocess, or a socket from inetd and the like.
#pragma once

#include "book/book.hpp"

namespace server {

/// Answers until the input ends, the client says `bye` or has gone, SIGTERM or SIGINT comes, or the book has failed.
/// Throws std::runtime_error.
void serve_stdio(book::Book& book, bool read_only);

}  // namespace server
