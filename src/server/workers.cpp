// SPDX-License-Identifier: MIT
#include "server/workers.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "exit_status.hpp"
#include "server/log.hpp"
#include "sys/process.hpp"
#include "sys/signals.hpp"

namespace server {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

constexpr seconds longest_pause{30};
constexpr seconds long_life{60};  // after which a death counts as the first again
constexpr seconds time_to_stop{5};

struct Worker {
  pid_t pid = -1;
  Clock::time_point started{};
  std::optional<seconds> pause{};               // before the next start; none: at once
  std::optional<Clock::time_point> start_at{};  // when to restart it, while it is down
};

class Workers {
 public:
  Workers(unsigned number, const std::function<int()>& work, const std::function<void()>& at_stop)
      : work_(work), at_stop_(at_stop), workers_(number) {
    awaited_ = sys::block_to_wait_for_children({SIGTERM, SIGINT}, &before_);
  }

  int run() {
    for (auto& worker : workers_) start(worker);
    while (true) {
      const int signal = wait();
      if (signal == SIGTERM || signal == SIGINT) stop();
      reap();
      if (stop_deadline_ && none_is_up()) return status_;
      if (stop_deadline_ && Clock::now() >= *stop_deadline_) {
        send(SIGKILL);
        stop_deadline_ = Clock::now() + seconds{1};
      }
      start_those_due();
    }
  }

 private:
  void start(Worker& worker) {
    const pid_t parent = getpid();
    worker.start_at.reset();
    worker.started = Clock::now();
    worker.pid = fork();
    if (worker.pid < 0) {
      log(fmt::format("cannot start a worker: {}", std::generic_category().message(errno)));
      worker.start_at = Clock::now() + seconds{1};
    }
    if (worker.pid != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigprocmask(SIG_SETMASK, &before_, nullptr);
    if (getppid() != parent) _exit(0);
    // Never returns: what the parent holds is for the parent to release.
    int status = exit_status::failed;
    try {
      status = work_();
    } catch (const std::exception& error) {
      log(error.what());
    }
    _exit(status);
  }

  int wait() {
    std::optional<Clock::time_point> until = stop_deadline_;
    for (const auto& worker : workers_) {
      if (worker.start_at) until = until ? std::min(*until, *worker.start_at) : *worker.start_at;
    }
    return sys::wait_for_signal(awaited_, until);
  }

  void reap() {
    for (auto& worker : workers_) {
      int status = 0;
      if (worker.pid <= 0 || waitpid(worker.pid, &status, WNOHANG) != worker.pid) continue;
      const pid_t pid = std::exchange(worker.pid, -1);
      if (stop_deadline_) {
        status_ = std::max(status_, WIFEXITED(status) ? WEXITSTATUS(status) : exit_status::failed);
      } else if (WIFSIGNALED(status) || WEXITSTATUS(status) == 0) {  // 0: this worker alone was told to end
        log(fmt::format("worker {}: {}", pid, status == 0 ? "ended" : sys::describe_end(status)));
        if (Clock::now() - worker.started >= long_life) worker.pause.reset();
        worker.start_at = Clock::now() + worker.pause.value_or(seconds::zero());
        worker.pause = worker.pause ? std::min(*worker.pause * 2, longest_pause) : seconds{1};
      } else {
        log(fmt::format("worker {}: {}", pid, sys::describe_end(status)));
        status_ = std::max(status_, WEXITSTATUS(status));
        stop();
      }
    }
  }

  void start_those_due() {
    for (auto& worker : workers_) {
      if (worker.start_at && Clock::now() >= *worker.start_at) start(worker);
    }
  }

  void stop() {
    if (!stop_deadline_) {
      stop_deadline_ = Clock::now() + time_to_stop;
      at_stop_();
    }
    for (auto& worker : workers_) worker.start_at.reset();
    send(SIGTERM);
    send(SIGCONT);  // one that is stopped would not see it
  }

  void send(int signal) {
    for (const auto& worker : workers_) {
      if (worker.pid > 0) kill(worker.pid, signal);
    }
  }

  [[nodiscard]] bool none_is_up() const {
    return std::all_of(workers_.begin(), workers_.end(), [](const auto& worker) { return worker.pid <= 0; });
  }

  const std::function<int()>& work_;
  const std::function<void()>& at_stop_;
  std::vector<Worker> workers_;
  sigset_t awaited_{};
  sigset_t before_{};
  std::optional<Clock::time_point> stop_deadline_;
  int status_ = 0;
};

}  // namespace

int run_workers(unsigned number, const std::function<int()>& work, const std::function<void()>& at_stop) {
  return Workers(number, work, at_stop).run();
}

}  // namespace server
