// SPDX-License-Identifier: MIT
// What all programs of the set do alike: options, --help and --version, diagnostics, exit statuses.
//
// Options are cxxopts' business. But to tell it of a program's options and to have it read a command line costs more
// than most questions to a book, so a plain command line, as nearly all are, is read without it.
#pragma once

#include <functional>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tools {

/// A command line that can't be understood.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Option {
  char letter;  // '\0': only the long name
  std::string_view name;
  std::string_view value;  // what its value is called in --help; empty: it takes none
  std::string_view help;
};

struct Program {
  std::string_view name;            // addbook-query
  std::string_view synopsis;        // what follows the name, one line per form
  std::string_view summary;         // what it does, in a line
  std::span<const Option> options;  // besides --help and --version
  std::string_view details;         // after the options in --help
  std::string_view hint = "";       // added to the message about an unknown option
};

/// Every program's main(): runs `body`, and turns exceptions into "NAME: what failed: why" and exit_status::failed.
int run_program(const Program& program, int argc, char** argv,
                const std::function<int(std::vector<std::string> arguments)>& body);

/// What a command line says: options, and the arguments that are none.
class CommandLine {
 public:
  /// Reads `given` (without the program's name). Throws UsageError. When --help or --version is among them, it is
  /// printed, and is_done() says so.
  CommandLine(const Program& program, const std::vector<std::string>& given);

  [[nodiscard]] bool is_done() const { return done_; }
  [[nodiscard]] bool has(std::string_view option) const;
  /// Throws UsageError where the option was given more than once.
  [[nodiscard]] std::string value(std::string_view option) const;
  /// The values of an option that may be given several times.
  [[nodiscard]] std::vector<std::string> values(std::string_view option) const;
  /// The whole number from `least` to `most` that the option was given. Throws UsageError.
  [[nodiscard]] unsigned number(std::string_view option, unsigned least,
                                unsigned most = std::numeric_limits<unsigned>::max()) const;
  [[nodiscard]] const std::vector<std::string>& arguments() const { return arguments_; }

 private:
  struct Given {
    std::string name;
    std::string value;
  };

  bool read_plain(const Program& program, const std::vector<std::string>& given);
  void read_any(const Program& program, const std::vector<std::string>& given);

  std::vector<Given> options_;
  std::vector<std::string> arguments_;
  bool done_ = false;
};

/// How many of `arguments` are options, and their values, before the first argument that is none: what comes after is
/// another program's business.
std::size_t count_leading_options(const Program& program, std::span<const std::string> arguments);

/// Throws UsageError when there are any.
void expect_no_arguments(const CommandLine& line);

}  // namespace tools
