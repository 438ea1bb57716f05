// SPDX-License-Identifier: MIT
// `set`: new values for single fields of an entry.
#pragma once

#include <span>
#include <string>

#include "exit_status.hpp"
#include "transport/link.hpp"

namespace client {

/// Makes the assignments (see assign()) to the entry of `name`, again whenever somebody else changes it at the same
/// time. Throws transport::ServerGone, std::runtime_error.
exit_status::Status set(transport::Link& server, const std::string& name, std::span<const std::string> assignments);

}  // namespace client
