// SPDX-License-Identifier: MIT
// A parent and a child that converse: starts ni-format (or the program that the first argument names) with its
// standard input and output on two pipes, asks it line by line, prints the answers, then ends it.

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

// The child's program could not be run. The message and the exit status are those that a shell would give.
struct CannotRun : std::system_error {
  using std::system_error::system_error;
  int status() const { return code().value() == ENOENT ? 127 : 126; }
};

// Makes a system call, and repeats it when a signal interrupts it; throws when it fails.
template <typename Call>
auto retry(const char* what, Call call) {
  while (true) {
    const auto answer = call();
    if (answer != -1) return answer;
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), what);
  }
}

// A descriptor that is closed when its owner goes.
struct Fd {
  int number = -1;

  Fd() = default;
  ~Fd() { reset(); }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;

  void reset() {
    if (number != -1) close(number);
    number = -1;
  }
};

// Both ends are close-on-exec: the program that is started keeps only what dup2() made its standard input and output.
// If one stray copy of a writing end stayed open, the reader would never see the end of the data.
struct Pipe {
  Fd from, to;

  Pipe() {
    std::array<int, 2> ends{};
    retry("pipe", [&] { return pipe2(ends.data(), O_CLOEXEC); });
    from.number = ends[0];
    to.number = ends[1];
  }
};

class Child {
 public:
  explicit Child(std::string program) : program_(std::move(program)) {}
  // Whatever happens to the parent's work, no child is left behind.
  ~Child() {
    if (pid_ != -1) end();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void start() {
    Pipe failure;
    pid_ = retry("fork", [] { return fork(); });
    if (pid_ == 0) become_program(failure.to.number);
    requests_.from.reset();
    answers_.to.reset();
    failure.to.reset();

    // A successful exec closes the child's end of this pipe, and we read nothing. A failed one sends its errno.
    int reason = 0;
    if (retry("read", [&] { return read(failure.from.number, &reason, sizeof reason); }) != 0)
      throw CannotRun(reason, std::generic_category(), program_);
    // Writing to a child that has gone should be an error that we can report, not a signal that kills us too.
    std::signal(SIGPIPE, SIG_IGN);
  }

  // write() may take only a part of the line; the rest follows.
  void send(std::string_view line) {
    auto rest = std::string(line) + '\n';
    while (!rest.empty()) {
      const auto size = retry("write", [&] {
        const auto taken = write(requests_.to.number, rest.data(), rest.size());
        if (taken == -1 && errno == EPIPE) throw gone();
        return taken;
      });
      rest.erase(0, static_cast<std::size_t>(size));
    }
  }

  // read() knows nothing of lines: it returns half a line, or several. What follows the line is kept for the next call.
  std::string receive() {
    std::size_t end = 0;
    while ((end = unread_.find('\n')) == std::string::npos) {
      std::array<char, 4096> piece{};
      const auto size = retry("read", [&] { return read(answers_.from.number, piece.data(), piece.size()); });
      if (size == 0) throw gone();
      unread_.append(piece.data(), static_cast<std::size_t>(size));
    }
    auto line = unread_.substr(0, end);
    unread_.erase(0, end + 1);
    return line;
  }

  // Tells the child to end and waits until it has: an ended child stays as a zombie until its parent asks for it.
  void end() {
    kill(pid_, SIGTERM);
    while (waitpid(pid_, nullptr, 0) == -1 && errno == EINTR) continue;
    pid_ = -1;
  }

 private:
  // In the child, between fork and exec. A failure can only be reported to the parent through the pipe for it.
  [[noreturn]] void become_program(int failure) const {
    if (dup2(requests_.from.number, STDIN_FILENO) != -1 && dup2(answers_.to.number, STDOUT_FILENO) != -1)
      execlp(program_.c_str(), program_.c_str(), nullptr);
    const int reason = errno;
    [[maybe_unused]] const auto told = write(failure, &reason, sizeof reason);
    _exit(127);
  }

  std::runtime_error gone() const { return std::runtime_error(program_ + " ended before it answered"); }

  std::string program_;
  Pipe requests_, answers_;
  pid_t pid_ = -1;
  std::string unread_;
};

// Unlike fmt::print, it does not throw where standard error is closed or full: who would catch that?
void complain(const std::string& line) { std::fputs(line.c_str(), stderr); }

// Opens those of 0, 1 and 2 that are closed. A pipe's end with such a number would be taken for standard input, and
// dup2() onto itself would leave it close-on-exec.
void hold_standard_descriptors() {
  int number = 0;
  while ((number = retry("open", [] { return open("/dev/null", O_RDWR); })) <= STDERR_FILENO) continue;
  close(number);
}

int main(int argc, char** argv) try {
  hold_standard_descriptors();
  constexpr std::array<std::string_view, 2> lines = {
      "The Knights who say Ni!",
      "Appear in the film \"Monty Python and the Holy Grail\"",
  };

  Child child(argc > 1 ? argv[1] : "ni-format");
  child.start();
  for (const auto line : lines) {
    child.send(line);
    // Three lines answer one: `Ni!`, the line, `Ni!`.
    for (int i = 0; i < 3; ++i) fmt::print("{}\n", child.receive());
  }
  child.end();
  if (std::fflush(stdout) != 0) throw std::system_error(errno, std::generic_category(), "cannot write to stdout");
} catch (const CannotRun& error) {
  complain(fmt::format("knights: cannot run {}\n", error.what()));
  return error.status();
} catch (const std::exception& error) {
  complain(fmt::format("knights: {}\n", error.what()));
  return 2;
}
