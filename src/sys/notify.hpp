// SPDX-License-Identifier: MIT
// Telling a supervisor how far we are, by systemd's protocol (sd_notify(3)).
#pragma once

#include <string>

namespace sys {

/// Sends `state` ("READY=1") to the socket that NOTIFY_SOCKET names; does nothing without one, and fails silently.
void notify_supervisor(const std::string& state);

}  // namespace sys
