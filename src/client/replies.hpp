// SPDX-License-Identifier: MIT
// What a user sees of the replies: entries on standard output, misses and errors on standard error, and the status.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "client/printer.hpp"
#include "client/request_line.hpp"
#include "exit_status.hpp"
#include "sys/fd.hpp"

namespace client {

class Replies {
 public:
  /// `entries` takes the entries. With `none_is_no_miss`, finding nothing is as good as finding something. With
  /// `reads_ahead`, the server, who may have little patience, need not wait for who reads standard output: what there
  /// is no room for waits here, up to a limit, and is printed with the next replies or by finish().
  Replies(protocol::Verb verb, bool none_is_no_miss, bool reads_ahead, Entries& entries);

  /// Takes reply bytes as they come and prints the complete lines. False when no more are wanted, or the reader of
  /// standard output has gone. Throws std::runtime_error, also for a line that is no reply to this verb: what came
  /// before it is left to print_all().
  bool consume(std::string_view bytes);
  /// Prints what has waited for the last of them. Throws std::runtime_error.
  void finish();
  /// Prints what waits for the reader of standard output. False when that has gone. Throws std::system_error.
  bool print_all();
  /// How many requests have had their whole reply.
  [[nodiscard]] std::size_t complete() const { return complete_; }
  /// The worst that any reply said.
  [[nodiscard]] exit_status::Status status() const { return status_; }

 private:
  void take(std::string_view line);
  /// As print_all(), but as much as there is room for, with `reads_ahead`.
  bool print_some();
  void complain(std::string_view line, exit_status::Status status);

  protocol::Verb verb_;
  bool none_is_no_miss_;
  Entries& entries_;
  std::string begun_;        // a line whose end has not come yet
  std::string out_;          // not printed yet
  std::size_t printed_ = 0;  // of out_, until it is worth moving the rest to the front
  std::optional<sys::Outlet> ahead_;
  bool has_reader_ = true;
  std::size_t complete_ = 0;
  std::size_t listed_ = 0;  // entries of a reply that has not told yet how many there are
  exit_status::Status status_ = exit_status::done;
};

}  // namespace client
