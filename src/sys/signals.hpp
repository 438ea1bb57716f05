// SPDX-License-Identifier: MIT
// Signals as this project uses them: writes report EPIPE and EFBIG, requests to stop are read from a descriptor, and
// whoever waits for children waits for signals.
#pragma once

#include <chrono>
#include <csignal>
#include <initializer_list>
#include <optional>

#include "sys/fd.hpp"

namespace sys {

/// Lets a write fail with EPIPE or EFBIG instead of ending the process (SIGPIPE, SIGXFSZ ignored). sys::spawn restores
/// both.
void report_failed_writes();

/// The set of those of `signals` that are not ignored, to block and wait for. One that nohup(1), or a shell for what it
/// runs in the background, has ignored is not to end us; but in a set that is blocked it would arrive all the same.
sigset_t heeded(std::initializer_list<int> signals);

/// The next of the awaited signals, which are blocked; 0 or less when `deadline` has come first, or another signal.
int wait_for_signal(const sigset_t& awaited, const std::optional<std::chrono::steady_clock::time_point>& deadline);

/// Before SIGINT, SIGTERM, SIGHUP or SIGQUIT ends this process, `last` is called, which may only do what
/// signal-safety(7) allows. Those that are ignored stay so.
void before_a_signal_ends_us(void (*last)());

/// From now on SIGTERM and SIGINT, where they are heeded, wait until somebody looks for them: a server that is told to
/// stop while it still opens its book ends in order once it has.
void hold_stop_signals();

/// Turns SIGTERM and SIGINT, where they are heeded, into something to wait for beside the input: descriptor() becomes
/// readable when one has come. A process has at most one, for its whole life.
class StopSignals {
 public:
  StopSignals();
  [[nodiscard]] int descriptor() const { return fd_.get(); }

 private:
  Fd fd_;
};

/// Makes SIGTERM and SIGINT, where they are heeded, the end of `input`, which becomes /dev/null: a read that waits for
/// it returns 0, and so does every later one. So whoever reads need not look for signals before each read. Throws
/// std::system_error.
void end_input_at_stop(int input);

/// Whether that has come about.
bool was_stopped();

}  // namespace sys
