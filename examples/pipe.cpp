// SPDX-License-Identifier: MIT
// A pipe has two ends: what is written into one can be read from the other. Here both ends are in one process, the
// simplest case; knights.cpp puts two processes between them.

#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>

// System calls and stdio alike answer -1 when they fail, and say why in errno.
template <typename Number>
Number check(Number answer, const char* what) {
  if (answer == -1) throw std::system_error(errno, std::generic_category(), what);
  return answer;
}

// The pipe's two ends, which are closed with it.
struct Pipe {
  std::array<int, 2> ends{};

  Pipe() { check(pipe(ends.data()), "pipe"); }
  ~Pipe() { close(ends[0]), close(ends[1]); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
};

int main() try {
  const Pipe both;
  const auto [from, to] = both.ends;
  const std::string_view text = "Bring me a shrubbery!!!";

  // write() may take less than it is given, so the rest is written again. What nobody has read yet waits in the pipe,
  // which has room for some 64 KiB: a longer text needs a second process to read it, or write() would wait forever.
  std::size_t sent = 0;
  while (sent < text.size())
    sent += static_cast<std::size_t>(check(write(to, text.data() + sent, text.size() - sent), "write"));
  fmt::print("Sent {} bytes\n", sent);

  // read() returns what is there, in pieces of any size. We stop when we have it all: the end of the data only shows
  // once the writing end is closed.
  std::string received;
  std::array<char, 16> piece{};
  while (received.size() < sent) {
    const auto size = check(read(from, piece.data(), piece.size()), "read");
    received.append(piece.data(), static_cast<std::size_t>(size));
  }
  fmt::print("The pipe contained: {}\n", received);

  // Printed text waits in a buffer. Only a flush tells whether it could be written, for example to a full disk.
  check(std::fflush(stdout), "cannot write to stdout");
} catch (const std::exception& error) {
  // Unlike fmt::print, it does not throw where standard error is closed or full: who would catch that?
  std::fputs(fmt::format("pipe: {}\n", error.what()).c_str(), stderr);
  return 2;
}
