// SPDX-License-Identifier: MIT
#include "sys/foreground.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <initializer_list>

#include "sys/error.hpp"
#include "sys/process.hpp"
#include "sys/signals.hpp"

namespace sys {
namespace {

constexpr int terminal = 0;

/// Has signals blocked during its lifetime.
class Blocked {
 public:
  explicit Blocked(std::initializer_list<int> signals) { block_to_wait_for_children(signals, &before_); }
  ~Blocked() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  Blocked(const Blocked&) = delete;
  Blocked& operator=(const Blocked&) = delete;

 private:
  sigset_t before_{};
};

/// Hands the terminal from one job to the other, unless a third has it.
void hand_over(pid_t from, pid_t to) {
  if (tcgetpgrp(terminal) == from) tcsetpgrp(terminal, to);
}

/// Stops our job after the program has stopped; the shell has the terminal until it continues us.
void stop_with(pid_t child) {
  hand_over(child, getpgrp());
  kill(0, SIGTSTP);
  hand_over(getpgrp(), child);
  kill(-child, SIGCONT);
}

/// Waits until the program has ended and returns its wait(2) status. Sets `signal` to the last one that told us to end.
int wait_for_end(pid_t child, bool has_terminal, int& signal) {
  const sigset_t awaited = not_ignored({SIGCHLD, SIGINT, SIGTERM, SIGHUP});
  while (true) {
    int status = 0;
    const pid_t changed = waitpid(child, &status, WNOHANG | WUNTRACED);
    if (changed < 0 && errno != EINTR) fail("cannot wait for a program");
    if (changed == child && !WIFSTOPPED(status)) return status;
    if (changed == child && has_terminal) {
      stop_with(child);
      continue;
    }
    const int came = sigwaitinfo(&awaited, nullptr);
    if (came < 0 || came == SIGCHLD) continue;
    signal = came;
    const pid_t all_of_it = has_terminal ? -child : child;
    kill(all_of_it, SIGTERM);
    kill(all_of_it, SIGCONT);  // if stopped, it would not see SIGTERM
  }
}

}  // namespace

std::string run_in_foreground(const std::vector<std::string>& argv) {
  // SIGTTOU would stop us when we take the terminal back.
  const Blocked blocked({SIGINT, SIGTERM, SIGHUP, SIGTTOU});
  const bool has_terminal = tcgetpgrp(terminal) == getpgrp();
  const pid_t child = spawn(argv, {}, {}, has_terminal ? terminal : -1);
  int signal = 0;
  const int status = wait_for_end(child, has_terminal, signal);
  if (has_terminal) hand_over(child, getpgrp());
  if (signal != 0) return fmt::format("interrupted by signal {}", signal);
  return status == 0 ? "" : describe_end(status);
}

}  // namespace sys
