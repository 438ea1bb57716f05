// SPDX-License-Identifier: MIT
// A client's way to a server that listens.
#pragma once

#include <string>

#include "sys/fd.hpp"

namespace transport {

/// Connects to a server. Throws std::runtime_error "cannot connect to ADDRESS: reason" or "bad address: ...".
sys::Fd connect_to(const std::string& address);

}  // namespace transport
