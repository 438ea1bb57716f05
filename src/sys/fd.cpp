// SPDX-License-Identifier: MIT
#include "sys/fd.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include "sys/error.hpp"

namespace sys {
namespace {

constexpr int first_free_fd = 10;

/// The kernel counts a pipe's room in pages: at worst, each write starts a new one.
std::size_t page_bytes() {
  static const auto bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

/// Needed when another program has made the descriptor non-blocking.
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

Fd open_file(const std::string& path) { return open_file(path, O_RDONLY | O_NONBLOCK); }

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

std::size_t read_onto(std::string& text, int fd, std::size_t size, std::string_view name) {
  const std::size_t old = text.size();
  text.resize(old + size);
  const std::size_t got = read_some(fd, text.data() + old, size, name);
  text.resize(old + got);
  return got;
}

bool write_all(int fd, std::string_view bytes, std::string_view name) {
  while (!bytes.empty()) {
    const ssize_t put = write(fd, bytes.data(), bytes.size());
    if (put >= 0) bytes.remove_prefix(static_cast<std::size_t>(put));
    else if (errno == EPIPE || errno == ECONNRESET) return false;
    else if (errno == EAGAIN) wait_until(fd, POLLOUT);
    else if (errno != EINTR) fail("cannot write to " + std::string(name));
  }
  return true;
}

bool print(std::string_view text) { return write_all(1, text, "standard output"); }

Outlet::Outlet(int fd, std::string name) : fd_(fd), name_(std::move(name)), kind_(Kind::other) {
  struct stat what = {};
  if (fstat(fd, &what) != 0) return;
  if (S_ISREG(what.st_mode)) kind_ = Kind::file;
  if (S_ISSOCK(what.st_mode)) kind_ = Kind::socket;
  if (!S_ISFIFO(what.st_mode)) return;
  kind_ = Kind::pipe;
  capacity_ = static_cast<std::size_t>(std::max(fcntl(fd, F_GETPIPE_SZ), 0)) / page_bytes();
}

/// Returns how many bytes can be written without waiting.
std::size_t Outlet::room() {
  if (kind_ == Kind::file || kind_ == Kind::socket) return SSIZE_MAX;
  if (pages_ == 0 && kind_ == Kind::pipe) {
    int unread = 0;
    if (ioctl(fd_, FIONREAD, &unread) == 0 && unread == 0) pages_ = capacity_;
  }
  if (pages_ == 0) {
    pollfd ready{fd_, POLLOUT, 0};
    if (poll(&ready, 1, 0) > 0) pages_ = 1;
  }
  return pages_ * page_bytes();
}

bool Outlet::write_now(std::string_view& bytes) {
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.size(), room());
    if (size == 0) return true;
    const ssize_t put = kind_ == Kind::socket ? send(fd_, bytes.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL)
                                              : write(fd_, bytes.data(), size);
    if (put < 0 && (errno == EPIPE || errno == ECONNRESET)) return false;
    if (put < 0 && errno == EAGAIN) return true;
    if (put < 0 && errno != EINTR) fail("cannot write to " + name_);
    if (put <= 0) continue;
    bytes.remove_prefix(static_cast<std::size_t>(put));
    pages_ -= std::min(pages_, (size + page_bytes() - 1) / page_bytes());
  }
  return true;
}

bool Outlet::write_all(std::string_view bytes) {
  pages_ = 0;
  return sys::write_all(fd_, bytes, name_);
}

bool is_file(int fd) {
  struct stat what = {};
  return fstat(fd, &what) == 0 && S_ISREG(what.st_mode);
}

std::size_t bytes_waiting(int fd) {
  struct stat what = {};
  if (fstat(fd, &what) == 0 && S_ISREG(what.st_mode)) {
    const off_t at = lseek(fd, 0, SEEK_CUR);
    return at >= 0 && at < what.st_size ? static_cast<std::size_t>(what.st_size - at) : 0;
  }
  int waiting = 0;
  return ioctl(fd, FIONREAD, &waiting) == 0 ? static_cast<std::size_t>(waiting) : 0;
}

bool is_socket(int fd) {
  struct stat what = {};
  return fstat(fd, &what) == 0 && S_ISSOCK(what.st_mode);
}

bool is_terminal(int fd) { return isatty(fd) == 1; }

bool is_open(int fd) { return fcntl(fd, F_GETFD) >= 0; }

void hold_standard_fds() {
  constexpr std::array wrong_way = {O_WRONLY, O_RDONLY, O_RDONLY};
  for (int fd = 0; fd < 3; ++fd) {
    // open() takes the lowest free number: `fd`, since all below are open. Deliberately not close-on-exec.
    if (!is_open(fd) && open("/dev/null", wrong_way[static_cast<std::size_t>(fd)]) != fd) _exit(2);
  }
}

}  // namespace sys
