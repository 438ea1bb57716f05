// SPDX-License-Identifier: MIT
// Signals as this project uses them: writes report EPIPE and EFBIG, and requests to stop are read from a descriptor.
#pragma once

#include "sys/fd.hpp"

namespace sys {

/// Lets a write fail with EPIPE or EFBIG instead of ending the process (SIGPIPE, SIGXFSZ ignored). sys::spawn restores
/// both.
void report_failed_writes();

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

/// Waits until `input` has something to read (or its end); false when a stop signal came first.
bool wait_for_input(int input, const StopSignals& stop);

}  // namespace sys
