// SPDX-License-Identifier: MIT
#include "tools/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "sys/error.hpp"
#include "sys/fd.hpp"
#include "sys/signals.hpp"
#include "version.hpp"

namespace tools {
namespace {

constexpr int failure = 2;

std::string usage(const Program& program) {
  std::string text;
  std::string_view rest = program.synopsis;
  for (std::string_view start = "Usage: "; !rest.empty(); start = "       ") {
    const auto end = std::min(rest.find('\n'), rest.size());
    text += fmt::format("{}{} {}\n", start, program.name, rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return text;
}

/// cxxopts' own list of the options, without its heading and usage lines.
std::string options_help(const cxxopts::Options& options) {
  const std::string all = options.help();
  const auto first = all.find("  -");
  return first == std::string::npos ? "" : all.substr(all.rfind('\n', first) + 1);
}

void print(const std::string& text) { (void)sys::write_all(1, text, "standard output"); }

std::vector<const char*> pointers(const std::string& name, const std::vector<std::string>& arguments) {
  std::vector<const char*> argv{name.c_str()};
  for (const auto& argument : arguments) argv.push_back(argument.c_str());
  return argv;
}

/// The letters of the options that take a value.
std::string letters_with_value(const cxxopts::Options& options) {
  std::string letters;
  for (const auto& option : options.group_help("").options) {
    if (!option.is_boolean) letters += option.s;
  }
  return letters;
}

/// `-bVALUE` as `-b VALUE`: cxxopts refuses the first where VALUE is not all letters and digits.
std::vector<std::string> with_values_apart(const std::string& letters, const std::vector<std::string>& arguments) {
  std::vector<std::string> apart;
  for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
    if (*argument == "--") {
      apart.insert(apart.end(), argument, arguments.end());
      break;
    }
    const bool is_short = argument->size() > 1 && (*argument)[0] == '-' && (*argument)[1] != '-';
    const auto letter = is_short ? argument->find_first_of(letters, 1) : std::string::npos;
    if (letter == std::string::npos) {
      apart.push_back(*argument);
      continue;
    }
    apart.push_back(argument->substr(0, letter + 1));
    if (letter + 1 < argument->size()) apart.push_back(argument->substr(letter + 1));
    else if (argument + 1 != arguments.end()) apart.push_back(*++argument);  // whatever it looks like
  }
  return apart;
}

cxxopts::ParseResult parse(const Program& program, cxxopts::Options& options, const std::vector<std::string>& given) {
  const std::vector<std::string> arguments = with_values_apart(letters_with_value(options), given);
  const auto argv = pointers(program.name, arguments);
  try {
    return options.parse(static_cast<int>(argv.size()), argv.data());
  } catch (const cxxopts::exceptions::exception& error) {
    throw UsageError(error.what());
  }
}

}  // namespace

int run_program(const Program& program, int argc, char** argv,
                const std::function<int(std::vector<std::string> arguments)>& body) {
  sys::hold_standard_fds();
  sys::report_failed_writes();
  try {
    return body(std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
  } catch (const UsageError& error) {
    sys::complain(fmt::format("{}: {}", program.name, error.what()));
    sys::complain(fmt::format("Try '{} --help'.", program.name));
  } catch (const std::exception& error) {
    sys::complain(fmt::format("{}: {}", program.name, error.what()));
  }
  return failure;
}

CommandLine::CommandLine(const Program& program, cxxopts::Options options, const std::vector<std::string>& arguments) {
  options.add_options()("h,help", "Print this help")("V,version", "Print the version");
  result_ = parse(program, options, arguments);
  if (has("help")) {
    print(fmt::format("{}\n{}\n\n{}{}", usage(program), program.summary, options_help(options), program.details));
  } else if (has("version")) {
    print(fmt::format("{} {}\n", program.name, version));
  }
  done_ = has("help") || has("version");
}

std::string CommandLine::value(const std::string& option) const {
  if (result_.count(option) > 1) throw UsageError(fmt::format("option '{}' is given twice", option));
  return result_[option].as<std::string>();
}

std::vector<std::string> CommandLine::values(const std::string& option) const {
  return has(option) ? result_[option].as<std::vector<std::string>>() : std::vector<std::string>{};
}

unsigned CommandLine::number(const std::string& option, unsigned otherwise, unsigned least) const {
  if (!has(option)) return otherwise;
  const std::string text = value(option);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least) {
    throw UsageError(fmt::format("option '{}' takes a whole number of at least {}, not '{}'", option, least, text));
  }
  return number;
}

std::size_t count_leading_options(std::span<const std::string> arguments,
                                  std::span<const std::string_view> with_value) {
  std::size_t i = 0;
  while (i < arguments.size() && arguments[i].size() > 1 && arguments[i][0] == '-' && arguments[i] != "--") {
    const bool takes_next = std::find(with_value.begin(), with_value.end(), arguments[i]) != with_value.end();
    i += takes_next ? 2 : 1;
  }
  return std::min(i, arguments.size());
}

void expect_no_arguments(const CommandLine& line) {
  if (!line.arguments().empty()) throw UsageError(fmt::format("unexpected argument '{}'", line.arguments().front()));
}

}  // namespace tools
