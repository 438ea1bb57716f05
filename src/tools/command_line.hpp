// SPDX-License-Identifier: MIT
// What all programs of the set do alike: options by cxxopts, --help and --version, diagnostics, exit statuses.
#pragma once

#ifndef CXXOPTS_NO_REGEX
#define CXXOPTS_NO_REGEX true
#endif
#define CXXOPTS_VECTOR_DELIMITER '\0'  // a value is one value, commas and all
#include <cxxopts.hpp>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace tools {

/// A command line that can't be understood.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Program {
  std::string name;      // addbook-query
  std::string synopsis;  // what follows the name, a line each
  std::string summary;   // what it does, in a line
  std::string details;   // after the options in --help
};

/// Every program's main(): runs `body`, and turns exceptions into "NAME: what failed: why" and status 2.
int run_program(const Program& program, int argc, char** argv,
                const std::function<int(std::vector<std::string> arguments)>& body);

/// What a command line says: options, and the arguments that are none.
class CommandLine {
 public:
  /// Parses `arguments` (without the program's name). Throws UsageError. When --help or --version is among them, it
  /// is printed, and is_done() says so.
  CommandLine(const Program& program, cxxopts::Options options, const std::vector<std::string>& arguments);

  [[nodiscard]] bool is_done() const { return done_; }
  [[nodiscard]] bool has(const std::string& option) const { return result_.count(option) > 0; }
  /// Throws UsageError where the option was given more than once.
  [[nodiscard]] std::string value(const std::string& option) const;
  /// Of an option that may be given several times.
  [[nodiscard]] std::vector<std::string> values(const std::string& option) const;
  /// A whole number of at least `least`, or `otherwise` without the option. Throws UsageError.
  [[nodiscard]] unsigned number(const std::string& option, unsigned otherwise, unsigned least) const;
  [[nodiscard]] const std::vector<std::string>& arguments() const { return result_.unmatched(); }

 private:
  cxxopts::ParseResult result_;
  bool done_ = false;
};

/// The options that stand before the first argument that is none: what comes after is another program's business.
/// `with_value` lists the short and long names of the options that take a value.
std::size_t count_leading_options(std::span<const std::string> arguments, std::span<const std::string_view> with_value);

/// Throws UsageError when there are any.
void expect_no_arguments(const CommandLine& line);

}  // namespace tools
