// SPDX-License-Identifier: MIT
#include "sys/process.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>

#include "sys/error.hpp"
#include "sys/signals.hpp"

namespace sys {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const auto& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

/// Returns `added` and those of our own variables that it does not replace.
std::vector<char*> merged_environment(const std::vector<std::string>& added) {
  std::vector<char*> all = pointers(added);
  for (char** ours = environ; *ours != nullptr; ++ours) {
    const std::string_view text = *ours;
    const std::string_view variable = text.substr(0, text.find('=') + 1);
    bool replaced = false;
    for (const auto& one : added) replaced = replaced || one.starts_with(variable);
    if (!replaced) all.insert(all.end() - 1, *ours);
  }
  return all;
}

/// A handler of this process must not run in a child that shares its memory.
void drop_handler(int signal) {
  struct sigaction now = {};
  sigaction(signal, nullptr, &now);
  if (now.sa_handler != SIG_IGN && now.sa_handler != SIG_DFL) std::signal(signal, SIG_DFL);
}

/// Runs right before exec, so it makes only calls that are safe in a child sharing its parent's memory.
void prepare(std::span<const Redirect> redirects) {
  // Undo what this project changes; a signal ignored by nohup(1) or a shell stays ignored.
  undo_report_failed_writes();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM}) drop_handler(signal);
  for (const auto& redirect : redirects) dup2(redirect.source, redirect.target);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Returns the path `relative` to the folder of the running program, or "" if that is unknown.
std::string path_beside_this_program(const std::string& relative) {
  std::array<char, PATH_MAX> self{};
  const ssize_t size = readlink("/proc/self/exe", self.data(), self.size() - 1);
  if (size <= 0) return "";
  std::string path(self.data(), static_cast<std::size_t>(size));
  path.replace(path.rfind('/') + 1, std::string::npos, relative);
  return path;
}

}  // namespace

pid_t spawn(const std::vector<std::string>& argv, std::span<const Redirect> redirects,
            const std::vector<std::string>& environment, int terminal) {
  const std::vector<char*> arguments = pointers(argv);
  const std::vector<char*> variables = merged_environment(environment);
  const pid_t parent = getpid();
  // Signals wait until the child has dropped the handlers that it shares with us.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  // vfork: the child runs in our memory until exec, so nothing is copied, and we can read `error` if exec fails.
  volatile int error = 0;
  const pid_t child = vfork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(1);  // the parent died before prctl
    if (terminal >= 0 && setpgid(0, 0) == 0) tcsetpgrp(terminal, getpid());
    prepare(redirects);
    execvpe(arguments[0], arguments.data(), variables.data());
    error = errno;
    if (terminal >= 0) tcsetpgrp(terminal, getpgid(parent));  // as it was: a dead job would keep it
    _exit(127);
  }
  if (child < 0) error = errno;
  sigprocmask(SIG_SETMASK, &before, nullptr);
  if (error != 0) {
    if (child > 0) waitpid(child, nullptr, 0);
    fail("cannot run " + argv[0], error);
  }
  return child;
}

void become(const std::vector<std::string>& argv, std::span<const Redirect> redirects,
            const std::vector<std::string>& environment) {
  prepare(redirects);
  const std::vector<char*> variables = merged_environment(environment);
  execvpe(argv[0].c_str(), pointers(argv).data(), variables.data());
  fail("cannot run " + argv[0]);
}

std::string describe_end(int status) {
  if (WIFSIGNALED(status)) return "killed by signal " + std::to_string(WTERMSIG(status));
  return "exit status " + std::to_string(WEXITSTATUS(status));
}

std::string beside_this_program(const std::string& name) {
  const std::string path = path_beside_this_program(name);
  return access(path.c_str(), X_OK) == 0 ? path : name;
}

std::string file_beside_this_program(const std::string& relative) {
  const std::string path = path_beside_this_program(relative);
  return access(path.c_str(), R_OK) == 0 ? path : "";
}

}  // namespace sys
