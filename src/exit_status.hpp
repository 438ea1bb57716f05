// SPDX-License-Identifier: MIT
// The exit statuses, the same for all our programs.
#pragma once

namespace exit_status {

/// When there are several, the largest wins.
enum Status : int {
  done = 0,       // or found
  not_found = 1,  // something that was asked for does not exist
  failed = 2,     // anything else that went wrong
  // As in the shell, for a program that can't be run:
  cannot_execute = 126,
  no_such_program = 127,
};

}  // namespace exit_status
