// SPDX-License-Identifier: MIT
// Another program in the foreground: an editor, which has the terminal while this one waits.
#pragma once

#include <string>
#include <vector>

namespace sys {

/// Runs a program (as spawn() does) with our standard descriptors, and waits for its end. Where standard input is the
/// terminal that we have, the program is a job of its own there: a key such as ^C is for it alone, and not for those
/// that work for us meanwhile, such as a server; when it stops (^Z), our job stops too, until that is continued.
/// SIGINT, SIGTERM and SIGHUP to this process end the program, and then count as its failure. Returns why it failed, in
/// the words "exit status 1"; nothing when it did not. Throws std::system_error "cannot run NAME: reason".
std::string run_in_foreground(const std::vector<std::string>& argv);

}  // namespace sys
