// SPDX-License-Identifier: MIT
// Runs another program, such as an editor, in the foreground: it has the terminal while this process waits.
#pragma once

#include <string>
#include <vector>

namespace sys {

/// Runs a program (as spawn() does) with our standard descriptors and waits until it ends. If standard input is our
/// controlling terminal and we are in its foreground, the program becomes a job of its own there: keys such as ^C reach
/// it alone, and not the processes that work for us, such as a server; when it stops (^Z), our job stops too until it
/// is continued. SIGINT, SIGTERM and SIGHUP to this process end the program and count as its failure. Returns why it
/// failed, as in "exit status 1", or "" if it did not. Throws std::system_error "cannot run NAME: reason".
std::string run_in_foreground(const std::vector<std::string>& argv);

}  // namespace sys
