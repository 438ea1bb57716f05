// SPDX-License-Identifier: MIT
// Messages of the client's own, beside those that the server sends.
#pragma once

#include <string>
#include <string_view>

#include "sys/error.hpp"

namespace client {

/// A line on standard error in the name of the client.
inline void complain(std::string_view text) noexcept { sys::complain(std::string("addbook-query: ").append(text)); }

}  // namespace client
