// SPDX-License-Identifier: MIT
// The exit statuses, the same for all our programs.
#pragma once

#include <system_error>

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

/// The status of whoever should have become a program that can't be run for this reason.
inline Status of_start(const std::system_error& error) {
  return error.code() == std::errc::no_such_file_or_directory ? no_such_program : cannot_execute;
}

}  // namespace exit_status
