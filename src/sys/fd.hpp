// SPDX-License-Identifier: MIT
// An owning file descriptor, and reads and writes that handle short counts and EINTR.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace sys {

/// Owns a descriptor and closes it; -1 stands for none.
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
/// As above, for reading. A pipe that nobody writes to is opened too, and not waited for.
Fd open_file(const std::string& path);

/// Moves `fd` to a number above those that UCSPI uses (0 to 7), so that dup2 onto one of these never hits its own
/// source. Throws std::system_error.
Fd above_ucspi(Fd fd);

struct Pipe {
  Fd reading;
  Fd writing;
};
/// Makes a pipe, close-on-exec, with both ends above_ucspi. Throws std::system_error.
Pipe make_pipe();

/// Asks the kernel for a pipe of `bytes`; does nothing if `fd` is not a pipe or a limit is reached.
void widen_pipe(int fd, std::size_t bytes);

/// Reads once, at most `size` bytes; returns 0 at the end of input. Waits if the descriptor is non-blocking and has
/// nothing yet. Throws std::system_error "cannot read NAME: reason".
std::size_t read_some(int fd, char* buffer, std::size_t size, std::string_view name);

/// As above, onto the end of `text`.
std::size_t read_onto(std::string& text, int fd, std::size_t size, std::string_view name);

/// Writes all of `bytes`, waiting as long as it takes. Returns false when the reader has gone (EPIPE, ECONNRESET).
/// Throws std::system_error "cannot write to NAME: reason".
[[nodiscard]] bool write_all(int fd, std::string_view bytes, std::string_view name);
/// write_all() to standard output, where who goes on need not know that the reader has gone.
bool print(std::string_view text);

/// Can write to a blocking descriptor without waiting for its reader. (Making it non-blocking would affect every
/// program that shares it.)
class Outlet {
 public:
  /// Does not own `fd`; `name` is for messages.
  Outlet(int fd, std::string name);

  [[nodiscard]] int get() const { return fd_; }
  /// Writes as much of `bytes` as there is room for and removes that from its front. Returns false when the reader has
  /// gone. Throws std::system_error "cannot write to NAME: reason".
  [[nodiscard]] bool write_now(std::string_view& bytes);
  /// As write_now(), but writes everything, waiting as long as it takes.
  [[nodiscard]] bool write_all(std::string_view bytes);

 private:
  enum class Kind { file, socket, pipe, other };
  [[nodiscard]] std::size_t room();

  int fd_;
  std::string name_;
  Kind kind_;
  std::size_t capacity_ = 0;  // of a pipe, in pages
  std::size_t pages_ = 0;     // known to be free in it; a write takes at most the pages its bytes fill
};

/// Whether `fd` is a regular file.
bool is_file(int fd);

/// Returns how many bytes can be read from `fd` without waiting: the rest of a file, or what is in a pipe or socket; 0
/// if unknown.
std::size_t bytes_waiting(int fd);

bool is_terminal(int fd);
bool is_socket(int fd);
bool is_open(int fd);

/// Opens each of 0, 1 and 2 that is closed, in a mode in which its expected use fails (EBADF), so that no file opened
/// later is taken for standard input or output.
void hold_standard_fds();

}  // namespace sys
