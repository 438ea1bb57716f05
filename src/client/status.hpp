// SPDX-License-Identifier: MIT
// The exit statuses of the client: the worst of what the replies said.
#pragma once

namespace client {

enum Status { found = 0, not_found = 1, failed = 2 };

}  // namespace client
