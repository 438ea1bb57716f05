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

/// Writes from the front of `bytes` as much as is sure not to wait on a descriptor that poll(2) calls writable, and
/// takes that off. Returns false when the reader has gone. Throws std::system_error "cannot write to NAME: reason".
[[nodiscard]] bool write_some(int fd, std::string_view& bytes, std::string_view name);

/// Whether a write to `fd` may have to wait for a reader: not so for a file.
bool can_block(int fd);

/// Whether `fd` is an open descriptor of this process.
bool is_open(int fd);

/// Gives a descriptor to each of 0, 1 and 2 that was closed at the start, one on which the expected use fails
/// (EBADF), so that no file opened later is taken for standard input or output.
void hold_standard_fds();

}  // namespace sys
