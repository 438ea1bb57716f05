// SPDX-License-Identifier: MIT
// Several processes that do the same work, and a parent that restarts them.
#pragma once

#include <functional>

namespace server {

/// Forks `number` processes that each run `work` and exit with what it returns. One that is killed or exits with 0 is
/// restarted, first at once, then after pauses that double. SIGTERM, SIGINT, and one that exits with a failure, call
/// `at_stop` and end all in order. Workers end when the parent dies. Returns the exit status, in the parent only.
int run_workers(unsigned number, const std::function<int()>& work, const std::function<void()>& at_stop);

}  // namespace server
