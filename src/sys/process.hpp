// SPDX-License-Identifier: MIT
// Other programs: finding, starting and ending them.
#pragma once

#include <sys/types.h>

#include <span>
#include <string>
#include <system_error>
#include <vector>

namespace sys {

/// In the child, `target` becomes a copy of `source`. Sources lie above every target (above_ucspi sees to that).
struct Redirect {
  int source;
  int target;
};

/// Starts a program: `argv[0]` is a path, or a name looked up in PATH; `environment` is NAME=VALUE strings added to
/// ours. The child has the redirected descriptors besides the standard ones, default signal handling, nothing blocked,
/// and gets SIGTERM when this process dies. With a `terminal`, a descriptor of it, the child is a job of its own in its
/// foreground. Throws std::system_error "cannot run NAME: reason" when it can't be run.
pid_t spawn(const std::vector<std::string>& argv, std::span<const Redirect> redirects,
            const std::vector<std::string>& environment = {}, int terminal = -1);

/// The same in place of this process, which is that program from then on; without the signal at its parent's death.
[[noreturn]] void become(const std::vector<std::string>& argv, std::span<const Redirect> redirects,
                         const std::vector<std::string>& environment);

/// How a child ended, by its status of wait(2): "exit status N" or "killed by signal N".
std::string describe_end(int status);

/// The path of `name` in the folder of the running program, or just `name` (to be found in PATH) when it is not there.
std::string beside_this_program(const std::string& name);

/// The path of a readable file that is `relative` to the folder of the running program, empty when there is none.
std::string file_beside_this_program(const std::string& relative);

}  // namespace sys
