// SPDX-License-Identifier: MIT
#include "sys/signals.hpp"

#include <poll.h>
#include <sys/signalfd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "sys/error.hpp"

namespace sys {

void report_failed_writes() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

namespace {

sigset_t stop_signals() {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  return stops;
}

}  // namespace

void hold_stop_signals() {
  const sigset_t stops = stop_signals();
  sigprocmask(SIG_BLOCK, &stops, nullptr);
}

StopSignals::StopSignals() {
  hold_stop_signals();
  const sigset_t stops = stop_signals();
  fd_ = Fd(signalfd(-1, &stops, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd_) fail("cannot wait for signals");
}

bool wait_for_input(int input, const StopSignals& stop) {
  std::array<pollfd, 2> ready{{{input, POLLIN, 0}, {stop.descriptor(), POLLIN, 0}}};
  while (poll(ready.data(), ready.size(), -1) < 0) {
    if (errno != EINTR) fail("cannot wait for input");
  }
  return ready[1].revents == 0;
}

}  // namespace sys
