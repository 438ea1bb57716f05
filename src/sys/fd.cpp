// SPDX-License-Identifier: MIT
#include "sys/fd.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "sys/error.hpp"

namespace sys {
namespace {

constexpr int first_free_fd = 10;

/// For a descriptor that somebody made non-blocking before it was handed to us.
void wait_until(int fd, short event) {
  pollfd ready{fd, event, 0};
  while (poll(&ready, 1, -1) < 0 && errno == EINTR) {
  }
}

}  // namespace

void Fd::reset() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

Fd open_file(const std::string& path, int flags, unsigned mode) {
  int fd = -1;
  do {
    fd = open(path.c_str(), flags | O_CLOEXEC, mode);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) fail("cannot open " + path);
  return Fd(fd);
}

Fd open_file(const std::string& path) { return open_file(path, O_RDONLY); }

Fd above_ucspi(Fd fd) {
  Fd moved(fcntl(fd.get(), F_DUPFD_CLOEXEC, first_free_fd));
  if (!moved) fail("cannot duplicate a descriptor");
  return moved;
}

Pipe make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) fail("cannot make a pipe");
  Fd reading(ends[0]);
  Fd writing(ends[1]);
  return {above_ucspi(std::move(reading)), above_ucspi(std::move(writing))};
}

void widen_pipe(int fd, std::size_t bytes) { fcntl(fd, F_SETPIPE_SZ, static_cast<int>(bytes)); }

std::size_t read_some(int fd, char* buffer, std::size_t size, std::string_view name) {
  while (true) {
    const ssize_t got = read(fd, buffer, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EAGAIN) wait_until(fd, POLLIN);
    else if (errno != EINTR) fail("cannot read " + std::string(name));
  }
}

bool write_some(int fd, std::string_view& bytes, std::string_view name) {
  // pipe(7): a writable pipe has room for PIPE_BUF bytes.
  const ssize_t put = write(fd, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
  if (put >= 0) bytes.remove_prefix(static_cast<std::size_t>(put));
  else if (errno == EPIPE) return false;
  else if (errno != EAGAIN && errno != EINTR) fail("cannot write to " + std::string(name));
  return true;
}

bool can_block(int fd) {
  struct stat what {};
  return fstat(fd, &what) != 0 || !S_ISREG(what.st_mode);
}

bool write_all(int fd, std::string_view bytes, std::string_view name) {
  while (!bytes.empty()) {
    const ssize_t put = write(fd, bytes.data(), bytes.size());
    if (put >= 0) bytes.remove_prefix(static_cast<std::size_t>(put));
    else if (errno == EPIPE) return false;
    else if (errno == EAGAIN) wait_until(fd, POLLOUT);
    else if (errno != EINTR) fail("cannot write to " + std::string(name));
  }
  return true;
}

bool is_open(int fd) { return fcntl(fd, F_GETFD) >= 0; }

void hold_standard_fds() {
  constexpr std::array wrong_way = {O_WRONLY, O_RDONLY, O_RDONLY};
  for (int fd = 0; fd < 3; ++fd) {
    // The lowest free number is taken, and all below are open: this one becomes `fd`. Kept over exec on purpose.
    if (!is_open(fd) && open("/dev/null", wrong_way[static_cast<std::size_t>(fd)]) != fd) _exit(2);
  }
}

}  // namespace sys
