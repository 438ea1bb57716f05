// SPDX-License-Identifier: MIT
// The server's log: one line per event on standard error, where a supervisor picks it up and adds the time.
#pragma once

#include <string>

namespace server {

/// Writes "PROGRAM: WHAT", with control characters made harmless. Never waits or fails: what can't be written is
/// lost.
void log(const std::string& what);

}  // namespace server
