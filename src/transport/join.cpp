// SPDX-License-Identifier: MIT
#include "transport/join.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <array>
#include <chrono>
#include <csignal>
#include <optional>
#include <span>
#include <system_error>

#include "exit_status.hpp"
#include "sys/error.hpp"
#include "sys/fd.hpp"
#include "sys/process.hpp"
#include "sys/signals.hpp"
#include "transport/address.hpp"
#include "transport/connect.hpp"
#include "transport/ucspi.hpp"

namespace transport {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

/// How long a program may take to end once told to, by the end of its input or by a signal.
constexpr seconds patience{5};
constexpr seconds patience_after_sigterm{2};

/// How long the client has to restore the terminal when the job is stopped.
constexpr seconds moment_to_stop{1};

/// A child, and how it is being ended.
struct Child {
  pid_t pid = -1;
  std::optional<int> status{};                  // from wait(2), once it has ended
  std::optional<Clock::time_point> deadline{};  // when to send next_signal
  int next_signal = SIGTERM;
  std::array<bool, NSIG> sent{};  // signals sent to it, by us or by the terminal

  void send(int signal) {
    if (status) return;
    kill(pid, signal);
    sent[static_cast<std::size_t>(signal)] = true;
  }
  /// To be called once the child is told to end: if it has not after `time`, it gets `signal`, and later SIGKILL.
  void expect_end(seconds time, int signal) {
    deadline = Clock::now() + time;
    next_signal = signal;
  }
  void escalate() {
    if (status || !deadline || Clock::now() < *deadline) return;
    send(next_signal);
    deadline.reset();
    if (next_signal != SIGKILL) expect_end(patience_after_sigterm, SIGKILL);
  }
};

bool stops_jobs(int signal) { return signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU; }

/// Notes whether the child has ended. Returns whether it has stopped, which is reported once, and only with WUNTRACED
/// in `options`.
bool reap(Child& child, int options = 0) {
  int status = 0;
  if (child.status || waitpid(child.pid, &status, WNOHANG | options) != child.pid) return false;
  if (WIFSTOPPED(status)) return true;
  child.status = status;
  return false;
}

/// Whether a blocked signal waits; not any more after that.
bool has_come(int signal) { return sys::wait_for_signal(sys::not_ignored({signal}), Clock::now()) == signal; }

/// A terminal stops all processes of a job. But the client first restores the terminal, for which the job must still be
/// in the foreground; so this process, whose stop the shell sees, gives it a moment.
void stop_job(int signal, Child& client, Child& server) {
  const auto start = Clock::now();
  const sigset_t awaited = sys::not_ignored({SIGCHLD, SIGCONT});
  if (has_come(SIGCONT)) return;
  raise(signal);  // blocked, so pending; SIGCONT discards it
  while (!client.status && !reap(client, WUNTRACED)) {
    const int came = sys::wait_for_signal(awaited, start + moment_to_stop);
    if (came == SIGCONT) return;
    if (came < 0) break;
  }
  const sigset_t this_one = sys::not_ignored({signal});
  sigprocmask(SIG_UNBLOCK, &this_one, nullptr);  // we stop here until continued
  sigprocmask(SIG_BLOCK, &this_one, nullptr);
  for (Child* child : {&client, &server}) {
    if (child->deadline) *child->deadline += Clock::now() - start;
  }
}

/// Waits until both have ended.
void wait_for_both(Child& client, Child& server, const sigset_t& awaited) {
  while (true) {
    // A client that was told to end but stops, to restore a terminal that another job has by now, would never end.
    if (reap(client, client.deadline ? WUNTRACED : 0)) client.send(SIGKILL);
    reap(server);
    if (client.status && server.status) return;
    if (client.status && !server.deadline && server.next_signal == SIGTERM) {
      kill(server.pid, SIGCONT);  // if stopped, it would not see the end of its input
      server.expect_end(patience, SIGTERM);
    }
    const int signal = sys::wait_for_signal(awaited, client.status ? server.deadline : client.deadline);
    if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP) {
      client.send(signal);
      server.sent[static_cast<std::size_t>(signal)] = true;  // a terminal sends SIGINT to all three
      client.expect_end(patience, SIGKILL);
    }
    if (stops_jobs(signal) && !client.deadline) stop_job(signal, client, server);
    client.escalate();
    server.escalate();
  }
}

int status_of(const Child& client) {
  return WIFSIGNALED(*client.status) ? 128 + WTERMSIG(*client.status) : WEXITSTATUS(*client.status);
}

/// Returns why the server counts as failed, or "" if it does not.
std::string failure_of(const Child& server) {
  const int status = *server.status;
  if (status == 0) return "";
  const bool was_meant =
      WIFSIGNALED(status) && (WTERMSIG(status) == SIGPIPE || server.sent[static_cast<std::size_t>(WTERMSIG(status))]);
  return was_meant ? "" : sys::describe_end(status);
}

/// A child, or the exit status if it can't be run.
struct Started {
  Child child{};
  int failed = 0;
};

Started start(const ProgramToRun& program, std::span<const sys::Redirect> redirects,
              const std::vector<std::string>& environment) {
  try {
    return {.child = {.pid = sys::spawn(program.argv, redirects, environment)}};
  } catch (const std::system_error& error) {
    sys::warn(error.what());
    return {.failed = exit_status::of_start(error)};
  }
}

/// Returns only if the program can't be run: its exit status.
int become(const ProgramToRun& program, std::span<const sys::Redirect> redirects,
           const std::vector<std::string>& environment) try {
  sys::become(program.argv, redirects, environment);
} catch (const std::system_error& error) {
  sys::warn(error.what());
  return exit_status::of_start(error);
}

std::string protocol_is(std::string_view protocol) { return fmt::format("{}={}", ucspi::protocol_variable, protocol); }

}  // namespace

int join(const ProgramToRun& server_program, const ProgramToRun& client_program) {
  const sigset_t awaited =
      sys::block_to_wait_for_children({SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT});

  sys::Pipe requests = sys::make_pipe();
  sys::Pipe replies = sys::make_pipe();
  const std::array to_server{sys::Redirect{requests.reading.get(), 0}, sys::Redirect{replies.writing.get(), 1}};
  const std::array to_client{sys::Redirect{replies.reading.get(), ucspi::from_server},
                             sys::Redirect{requests.writing.get(), ucspi::to_server}};
  auto [server, no_server] = start(server_program, to_server, {});
  if (no_server != 0) return no_server;
  auto [client, no_client] = start(client_program, to_client, {protocol_is("PIPE")});
  // Now only the children hold the pipes, so each sees when the other ends.
  requests = {};
  replies = {};
  if (no_client != 0) client.status = W_EXITCODE(no_client, 0);

  wait_for_both(client, server, awaited);
  if (const std::string why = failure_of(server); !why.empty()) {
    sys::warn(fmt::format("{} failed: {}", server_program.name, why));
    return exit_status::failed;
  }
  // A shell ends its loop on ^C only if what it ran was ended by that, too (https://www.cons.org/cracauer/sigint.html).
  const bool interrupted = server.sent[SIGINT];
  if (interrupted && WIFSIGNALED(*client.status) && WTERMSIG(*client.status) == SIGINT) sys::end_by(SIGINT);
  return status_of(client);
}

int run_connected(const std::string& address, const ProgramToRun& client) {
  const sys::Fd server = sys::above_ucspi(connect_to(address));
  const bool is_tcp = std::holds_alternative<TcpAddress>(parse_address(address));
  const std::array redirects{sys::Redirect{server.get(), ucspi::from_server},
                             sys::Redirect{server.get(), ucspi::to_server}};
  return become(client, redirects, {protocol_is(is_tcp ? "TCP" : "UNIX")});
}

int run_alone(const ProgramToRun& client) { return become(client, {}, {}); }

}  // namespace transport
