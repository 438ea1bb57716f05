// SPDX-License-Identifier: MIT
// Signals as this project uses them: writes report EPIPE and EFBIG, and requests to stop are read from a descriptor.
#pragma once

#include "sys/fd.hpp"

namespace sys {

/// Lets a write fail with EPIPE or EFBIG instead of ending the process (SIGPIPE, SIGXFSZ ignored). sys::spawn restores
/// both.
void report_failed_writes();

/// Before SIGINT, SIGTERM, SIGHUP or SIGQUIT ends this process, `last` is called, which may only do what
/// signal-safety(7) allows. Those that are ignored stay so.
void before_a_signal_ends_us(void (*last)());

/// From now on SIGTERM and SIGINT wait until somebody looks for them: a server that is told to stop while it still
/// opens its book ends in order once it has.
void hold_stop_signals();

/// Turns SIGTERM and SIGINT into something to wait for beside the input: descriptor() becomes readable when one has
/// come. A process has at most one, for its whole life.
class StopSignals {
 public:
  StopSignals();
  [[nodiscard]] int descriptor() const { return fd_.get(); }

 private:
  Fd fd_;
};

/// Makes SIGTERM and SIGINT the end of `input`, which becomes /dev/null: a read that waits for it returns 0, and so
/// does every later one. So whoever reads need not look for signals before each read. Throws std::system_error.
void end_input_at_stop(int input);

/// Whether that has come about.
bool was_stopped();

}  // namespace sys
