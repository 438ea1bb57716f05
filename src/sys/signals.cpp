// SPDX-License-Identifier: MIT
#include "sys/signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "sys/error.hpp"

namespace sys {

namespace {

auto* at_pipe = SIG_DFL;
auto* at_size_limit = SIG_DFL;

}  // namespace

void report_failed_writes() {
  at_pipe = std::signal(SIGPIPE, SIG_IGN);
  at_size_limit = std::signal(SIGXFSZ, SIG_IGN);
}

void undo_report_failed_writes() {
  std::signal(SIGPIPE, at_pipe);
  std::signal(SIGXFSZ, at_size_limit);
}

namespace {

bool is_ignored(int signal) {
  struct sigaction now = {};
  sigaction(signal, nullptr, &now);
  return now.sa_handler == SIG_IGN;
}

}  // namespace

sigset_t not_ignored(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) {
    if (!is_ignored(signal)) sigaddset(&set, signal);
  }
  return set;
}

sigset_t block_to_wait_for_children(std::initializer_list<int> signals, sigset_t* before) {
  std::signal(SIGCHLD, SIG_DFL);
  sigset_t awaited = not_ignored(signals);
  sigaddset(&awaited, SIGCHLD);
  sigprocmask(SIG_BLOCK, &awaited, before);
  return awaited;
}

int wait_for_signal(const sigset_t& awaited, const std::optional<std::chrono::steady_clock::time_point>& deadline) {
  if (!deadline) return sigwaitinfo(&awaited, nullptr);
  using std::chrono::nanoseconds;
  const nanoseconds left = std::max<nanoseconds>(*deadline - std::chrono::steady_clock::now(), nanoseconds::zero());
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(left);
  const timespec time{whole.count(), (left - whole).count()};
  return sigtimedwait(&awaited, nullptr, &time);
}

namespace {

constexpr auto ending = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
void (*last_act)() = nullptr;

/// SA_RESETHAND has restored the default action; the raised signal is delivered when this returns.
void act_and_end(int signal) {
  last_act();
  raise(signal);
}

}  // namespace

void end_by(int signal) {
  std::signal(signal, SIG_DFL);
  raise(signal);
  sigset_t it;
  sigemptyset(&it);
  sigaddset(&it, signal);
  sigprocmask(SIG_UNBLOCK, &it, nullptr);
  _exit(128 + signal);  // not reached
}

void before_a_signal_ends_us(void (*last)()) {
  // Asked once: a library has its own handlers in place later, also of what was ignored.
  static const sigset_t heeded = not_ignored({SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP});
  last_act = last;
  struct sigaction action = {};
  action.sa_handler = act_and_end;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int signal : ending) sigaddset(&action.sa_mask, signal);
  for (const int signal : ending) {
    if (sigismember(&heeded, signal) == 1) sigaction(signal, &action, nullptr);
  }
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) {
    if (sigismember(&heeded, signal) == 0) std::signal(signal, SIG_IGN);
  }
}

namespace {

sigset_t stop_signals() { return not_ignored({SIGTERM, SIGINT}); }

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

namespace {

// Used by the handler; dup2 is safe in one (signal-safety(7)).
volatile sig_atomic_t stopped = 0;
int input_to_end = -1;
int nothing = -1;

void end_input(int) {
  const int error = errno;
  dup2(nothing, input_to_end);
  stopped = 1;
  errno = error;
}

}  // namespace

void end_input_at_stop(int input) {
  nothing = above_ucspi(open_file("/dev/null")).release();
  input_to_end = input;
  struct sigaction action = {};
  action.sa_handler = end_input;
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);  // a restarted read finds the end
  const sigset_t stops = stop_signals();
  for (const int signal : {SIGTERM, SIGINT}) {
    if (!is_ignored(signal)) sigaction(signal, &action, nullptr);
  }
  sigprocmask(SIG_UNBLOCK, &stops, nullptr);
}

bool was_stopped() { return stopped != 0; }

}  // namespace sys
