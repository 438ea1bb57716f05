// SPDX-License-Identifier: MIT
// Tells a supervisor our state, by systemd's protocol (sd_notify(3)).
#pragma once

#include <string>

namespace sys {

/// Sends `state` ("READY=1") to the socket named by NOTIFY_SOCKET; does nothing if it is unset, and fails silently.
void notify_supervisor(const std::string& state);

}  // namespace sys
