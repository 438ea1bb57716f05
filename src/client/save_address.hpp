// SPDX-License-Identifier: MIT
// A mail address for a name, by the conditional requests of the protocol: nothing that the book has is lost.
#pragma once

#include <string>

#include "exit_status.hpp"
#include "transport/link.hpp"

namespace client {

/// Adds an entry for `name` with the address, or, where there is one that lacks it, the address to that as one more
/// `email` field. Prints what was done, and what was refused on standard error. Throws transport::ServerGone,
/// std::runtime_error.
exit_status::Status save_address(transport::Link& server, const std::string& name, const std::string& address);

/// Writes the request line that adds an entry for `name` where there is none. Throws std::system_error.
exit_status::Status print_new_address(const std::string& name, const std::string& address);

}  // namespace client
