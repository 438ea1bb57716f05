// SPDX-License-Identifier: MIT
// The requests of one command line, made as they are needed: from its arguments, or from names on standard input.
#pragma once

#include <cstddef>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "client/request_line.hpp"

namespace client {

class Requests {
 public:
  /// Where takes_one_name(), the argument `-` on its own stands for the names on standard input, each ended by
  /// `name_end`: LF, with or without a CR before it, or NUL. At most `limit` entries are asked for where that can be.
  Requests(protocol::Verb verb, std::vector<std::string> arguments, char name_end = '\n', std::size_t limit = no_limit);

  /// The descriptor that produce() reads, or -1.
  [[nodiscard]] int input() const { return from_input_ ? 0 : -1; }
  /// Appends the next request lines; false when those were the last, or standard input could not be read further.
  bool produce(std::string& out);
  /// To be called once the requests that were made have had their replies. Throws what kept produce() from going on, if
  /// anything did: std::runtime_error.
  void expect_no_failure() const;
  /// Whether nothing in particular was asked for (`list`), so that finding nothing is no miss.
  [[nodiscard]] bool is_without_arguments() const { return arguments_.empty(); }
  /// How many have been made.
  [[nodiscard]] std::size_t made() const { return made_; }
  /// Whether all have been made.
  [[nodiscard]] bool complete() const { return complete_; }

 private:
  void read_names(std::string& out);
  void append(std::string& out, std::string_view name);

  protocol::Verb verb_;
  std::vector<std::string> arguments_;
  bool from_input_;
  char name_end_;
  std::size_t limit_;
  bool complete_ = false;
  std::size_t made_ = 0;
  std::exception_ptr failure_;
  std::string begun_;  // a name from standard input whose end has not come yet
};

}  // namespace client
