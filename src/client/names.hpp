// SPDX-License-Identifier: MIT
// The names in the server's book, to complete a name that is being typed.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "transport/link.hpp"

namespace client {

/// Calls `take` with each name that begins with `prefix`, as plain text, sorted; none when the server refuses. Names
/// with a line break or a tabulator in them are left out, since they can't be typed. Throws std::runtime_error.
void for_each_name(transport::Link& server, const std::string& prefix,
                   const std::function<void(std::string_view name)>& take);

}  // namespace client
