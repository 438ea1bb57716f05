// SPDX-License-Identifier: MIT
// What a client does without asking a person: one verb with a server, one without, and lines as they are.
#pragma once

#include "client/replies.hpp"
#include "client/requests.hpp"
#include "transport/link.hpp"

namespace client {

/// Asks the server, prints its replies, the entries by way of `entries`, and returns the status. Ends before the last
/// reply when `entries` is full. Throws transport::ServerGone, std::runtime_error.
exit_status::Status ask_server(transport::Link& server, protocol::Verb verb, Requests& requests, Entries& entries);

/// Writes the request lines on standard output: a filter, to be joined to a server by a pipe. Throws
/// std::runtime_error.
exit_status::Status print_requests(Requests& requests);

/// Request lines from standard input to the server, reply lines from it to standard output, both at once.
/// Throws transport::ServerGone when the server ends first without having said `Bye`, or, on a socket, with fewer reply
/// lines than requests; std::system_error.
exit_status::Status copy_lines(transport::Link& server);

}  // namespace client
