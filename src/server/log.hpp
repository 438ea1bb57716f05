// SPDX-License-Identifier: MIT
// The server's log: one line per event on standard error, where a supervisor picks it up and adds the time.
#pragma once

#include <string>
#include <string_view>

#include "server/socket.hpp"

namespace server {

/// Writes "PROGRAM: WHAT", with control characters made harmless. Never waits or fails: what can't be written is
/// lost.
void log(const std::string& what) noexcept;

/// The same with "client NAME: WHAT". Throws std::bad_alloc.
void log(const Peer& peer, std::string_view what);

}  // namespace server
