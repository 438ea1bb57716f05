// SPDX-License-Identifier: MIT
// The interactive menu of the tutorial, for a person on a terminal or a script on a pipe.
#pragma once

#include "exit_status.hpp"
#include "transport/link.hpp"

namespace client {

/// Asks on standard output, reads answers from standard input, until Quit or its end. Throws transport::ServerGone,
/// std::runtime_error.
exit_status::Status run_menu(transport::Link& server);

}  // namespace client
