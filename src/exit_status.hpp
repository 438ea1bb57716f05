// SPDX-License-Identifier: MIT
// The exit statuses of the set, the same for all its programs.
#pragma once

namespace exit_status {

/// Of several, the largest is the worst.
enum Status : int {
  done = 0,       // or found
  not_found = 1,  // nothing that was asked for is there
  failed = 2,     // anything else that went wrong
  // The shell's own, for a program that can't be run:
  cannot_execute = 126,
  no_such_program = 127,
};

}  // namespace exit_status
