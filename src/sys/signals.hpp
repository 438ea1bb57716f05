// SPDX-License-Identifier: MIT
// Signals as this project uses them: failed writes report EPIPE or EFBIG, requests to stop become readable input, and
// waiting for children is waiting for signals.
#pragma once

#include <chrono>
#include <csignal>
#include <initializer_list>
#include <optional>

#include "sys/fd.hpp"

namespace sys {

/// Makes writes fail with EPIPE or EFBIG instead of ending the process (ignores SIGPIPE and SIGXFSZ).
void report_failed_writes();
/// For a program that is to be run: as they were. Safe in a child that shares its parent's memory.
void undo_report_failed_writes();

/// Returns `signals` without those that are ignored. A signal ignored by nohup(1) or by a shell's background job must
/// not end us, but once blocked it would still be delivered to sigwait.
sigset_t not_ignored(std::initializer_list<int> signals);

/// Blocks SIGCHLD and `signals`, except those that are ignored, so that they can be waited for, and returns what is
/// blocked now. SIGCHLD is not left ignored: then children would leave no status. `before` gets the mask as it was.
sigset_t block_to_wait_for_children(std::initializer_list<int> signals, sigset_t* before = nullptr);

/// Returns the next of the awaited signals, which must be blocked; -1 if `deadline` or another signal comes first.
int wait_for_signal(const sigset_t& awaited, const std::optional<std::chrono::steady_clock::time_point>& deadline);

/// Calls `last` before SIGINT, SIGTERM, SIGHUP or SIGQUIT ends this process; it may only do what signal-safety(7)
/// allows. What was ignored at the first call stays ignored, or is again, SIGTSTP too.
void before_a_signal_ends_us(void (*last)());

/// Ends this process by the signal, whose default action that must be, as if nothing had been done about it.
[[noreturn]] void end_by(int signal);

/// Holds SIGTERM and SIGINT, unless ignored, until they are waited for: a server told to stop while it opens its book
/// first finishes opening, then stops in order.
void hold_stop_signals();

/// Turns SIGTERM and SIGINT, unless ignored, into something to wait for beside the input: descriptor() becomes readable
/// when one arrives. A process has at most one, for its whole life.
class StopSignals {
 public:
  /// Throws std::system_error.
  StopSignals();
  [[nodiscard]] int descriptor() const { return fd_.get(); }

 private:
  Fd fd_;
};

/// Makes SIGTERM and SIGINT, unless ignored, end `input` by replacing it with /dev/null: a waiting read returns 0, and
/// so does every later one, so readers need not check for signals. The same signal once more ends the process: there
/// may be a reply that nobody reads. Throws std::system_error.
void end_input_at_stop(int input);

/// Whether a signal has ended the input of end_input_at_stop().
bool was_stopped();

}  // namespace sys
