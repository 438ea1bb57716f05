// SPDX-License-Identifier: MIT
// New values for single fields of an entry.
#pragma once

#include <span>
#include <string>

#include "client/entry.hpp"

namespace client {

/// Gives fields of `entry` new values. Each assignment is `LABEL=VALUE`, where number, street, town and phone are
/// labels too; all values of one label together take the place of all that it had, and an empty one is none. Throws
/// std::runtime_error for an assignment that makes no sense.
void assign(Entry& entry, std::span<const std::string> assignments);

}  // namespace client
