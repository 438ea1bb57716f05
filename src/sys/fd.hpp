// SPDX-License-Identifier: MIT
// An owning file descriptor, and the reads and writes that take short counts and EINTR as normal.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace sys {

/// Owns one descriptor and closes it. -1 owns none.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }
  void reset();

 private:
  int fd_ = -1;
};

/// open(2), close-on-exec. Throws std::system_error "cannot open PATH: reason".
Fd open_file(const std::string& path, int flags, unsigned mode = 0);
/// The same, to read it.
Fd open_file(const std::string& path);

/// The same open file under a number above those that UCSPI uses (0 to 7), so that dup2 onto one of these never hits
/// its own source. Throws std::system_error.
Fd above_ucspi(Fd fd);

/// Both ends of a pipe, reading end first; close-on-exec and above_ucspi. Throws std::system_error.
struct Pipe {
  Fd reading;
  Fd writing;
};
Pipe make_pipe();

/// Asks the kernel for a pipe of `bytes`; without effect on anything else, or where the limit is reached.
void widen_pipe(int fd, std::size_t bytes);

/// One read of at most `size` bytes. 0 is the end of input. Waits where the descriptor is non-blocking and has
/// nothing yet. Throws std::system_error "cannot read NAME: reason".
std::size_t read_some(int fd, char* buffer, std::size_t size, std::string_view name);

/// Writes all of `bytes`, waiting as long as it takes. Returns false when the reader has gone (EPIPE). Throws
/// std::system_error "cannot write to NAME: reason".
[[nodiscard]] bool write_all(int fd, std::string_view bytes, std::string_view name);

/// A descriptor to write to without ever waiting for whoever reads it, though it is a blocking one: to make it
/// non-blocking would do that for every program that shares it.
class Outlet {
 public:
  /// Does not own `fd`; `name` is for messages.
  Outlet(int fd, std::string name);

  [[nodiscard]] int get() const { return fd_; }
  /// Writes from the front of `bytes` what there is room for, and takes that off. False when the reader has gone.
  /// Throws std::system_error "cannot write to NAME: reason".
  [[nodiscard]] bool write_now(std::string_view& bytes);
  /// Writes all, waiting as long as it takes. The same otherwise.
  [[nodiscard]] bool write_all(std::string_view bytes);

 private:
  enum class Kind { file, socket, pipe, other };
  [[nodiscard]] std::size_t room();

  int fd_;
  std::string name_;
  Kind kind_;
  std::size_t capacity_ = 0;  // of a pipe, in pages
  std::size_t pages_ = 0;     // of it, free for sure: each write takes at most as many as its bytes fill
};

/// Whether `fd` is a regular file.
bool is_file(int fd);

/// The bytes that can be read from `fd` without waiting: the rest of a file, what is in a pipe or socket; 0 where that
/// can't be told.
std::size_t bytes_waiting(int fd);

/// Whether `fd` is a terminal.
bool is_terminal(int fd);

/// Whether `fd` is an open descriptor of this process.
bool is_open(int fd);

/// Gives a descriptor to each of 0, 1 and 2 that was closed at the start, one on which the expected use fails
/// (EBADF), so that no file opened later is taken for standard input or output.
void hold_standard_fds();

}  // namespace sys
