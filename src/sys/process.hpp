// SPDX-License-Identifier: MIT
// Other programs: finding and starting them, and telling how they ended.
#pragma once

#include <sys/types.h>

#include <span>
#include <string>
#include <vector>

namespace sys {

/// In the child, `target` becomes a copy of `source`. All sources lie above all targets (see above_ucspi).
struct Redirect {
  int source;
  int target;
};

/// Starts a program and returns its process number: `argv[0]` is a path or a name looked up in PATH; `environment` is
/// NAME=VALUE strings added to ours. The child has the redirected descriptors and the standard ones. Its signals are
/// unblocked and have their default action, except that those ignored by whoever started us stay ignored, SIGPIPE and
/// SIGXFSZ aside; it gets SIGTERM when this process dies. With a `terminal` (a descriptor of it), the child becomes a
/// job of its own in its foreground. Throws std::system_error "cannot run NAME: reason".
pid_t spawn(const std::vector<std::string>& argv, std::span<const Redirect> redirects,
            const std::vector<std::string>& environment = {}, int terminal = -1);

/// As spawn(), but replaces this process with the program, and sends no SIGTERM when the parent dies.
[[noreturn]] void become(const std::vector<std::string>& argv, std::span<const Redirect> redirects,
                         const std::vector<std::string>& environment);

/// Tells how a child ended from its wait(2) status: "exit status N" or "killed by signal N".
std::string describe_end(int status);

/// Returns the path of `name` in the folder of the running program, or just `name` (to be found in PATH) if it is not
/// there.
std::string beside_this_program(const std::string& name);

/// Returns the path of the readable file `relative` to the folder of the running program, or "" if there is none.
std::string file_beside_this_program(const std::string& relative);

}  // namespace sys
