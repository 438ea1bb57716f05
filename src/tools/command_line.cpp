// SPDX-License-Identifier: MIT
#include "tools/command_line.hpp"

#ifndef CXXOPTS_NO_REGEX
#define CXXOPTS_NO_REGEX true
#endif
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cxxopts.hpp>

#include "exit_status.hpp"
#include "number.hpp"
#include "sys/error.hpp"
#include "sys/fd.hpp"
#include "sys/signals.hpp"
#include "version.hpp"

namespace tools {
namespace {

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

/// The options that every program has.
constexpr std::array<Option, 2> common{
    {{'h', "help", "", "Print this help"}, {'V', "version", "", "Print the version"}}};

cxxopts::Options for_cxxopts(const Program& program) {
  cxxopts::Options options{std::string(program.name)};
  for (const auto& list : {program.options, std::span<const Option>(common)}) {
    for (const auto& option : list) {
      const std::string letter(option.letter == '\0' ? 0U : 1U, option.letter);
      const auto value = option.value.empty() ? cxxopts::value<bool>() : cxxopts::value<std::string>();
      options.add_option("", letter, {std::string(option.name)}, std::string(option.help), value,
                         std::string(option.value));
    }
  }
  return options;
}

/// Returns the option that `argument` names (`-x` or `--name`), or null.
const Option* find_option(const Program& program, std::string_view argument) {
  for (const auto& option : program.options) {
    const bool is_letter = argument.size() == 2 && argument[0] == '-' && argument[1] == option.letter;
    if (is_letter || (argument.starts_with("--") && argument.substr(2) == option.name)) return &option;
  }
  return nullptr;
}

/// What cxxopts quotes, it quotes typographically, in whatever locale.
std::string with_plain_quotes(std::string text) {
  for (const std::string_view quote : {"\u2018", "\u2019"}) {
    for (auto at = text.find(quote); at != std::string::npos; at = text.find(quote))
      text.replace(at, quote.size(), "'");
  }
  return text;
}

bool looks_like_option(std::string_view argument) { return argument.size() > 1 && argument[0] == '-'; }

/// An option that takes a value, and where in its argument the value begins: at the end of it, it is the next argument.
struct Valued {
  const Option* option = nullptr;
  std::size_t value = 0;
};

/// The option in `argument` whose value is not behind an `=`, if there is one. Letters may stand together.
Valued find_valued(const Program& program, std::string_view argument) {
  const bool is_short = looks_like_option(argument) && argument[1] != '-';
  for (std::size_t end = 2; is_short && end <= argument.size(); ++end) {
    const Option* option = find_option(program, std::string{'-', argument[end - 1]});
    if (option != nullptr && !option->value.empty()) return {option, end};
  }
  const Option* option = is_short ? nullptr : find_option(program, argument);
  return option != nullptr && !option->value.empty() ? Valued{option, argument.size()} : Valued{};
}

/// Each value as `--name=VALUE`, however it was given: cxxopts takes one that looks like an option for one, and refuses
/// `-bVALUE` where VALUE is not all letters and digits.
std::vector<std::string> with_values_joined(const Program& program, const std::vector<std::string>& arguments) {
  std::vector<std::string> joined;
  for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
    if (*argument == "--") {
      joined.insert(joined.end(), argument, arguments.end());
      break;
    }
    const auto [option, value] = find_valued(program, *argument);
    if (option == nullptr) {
      joined.push_back(*argument);
      continue;
    }
    const bool is_short = (*argument)[1] != '-';
    if (is_short && value > 2) joined.push_back(argument->substr(0, value - 1));  // flags in the same word
    if (value < argument->size()) joined.push_back(fmt::format("--{}={}", option->name, argument->substr(value)));
    else if (argument + 1 != arguments.end()) joined.push_back(fmt::format("--{}={}", option->name, *++argument));
    else joined.push_back(fmt::format("--{}", option->name));
  }
  return joined;
}

/// cxxopts would take `--flag=false` for the flag.
void expect_flags_without_values(const Program& program, std::span<const std::string> arguments) {
  for (const auto& argument : arguments) {
    if (argument == "--") return;
    const auto equals = argument.find('=');
    if (!argument.starts_with("--") || equals == std::string::npos) continue;
    const Option* option = find_option(program, std::string_view(argument).substr(0, equals));
    if (option != nullptr && option->value.empty()) {
      throw UsageError(fmt::format("option '{}' takes no value", option->name));
    }
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
    sys::warn(error.what());
    sys::complain(fmt::format("Try '{} --help'.", program.name));
  } catch (const std::exception& error) {
    sys::warn(error.what());
  }
  return exit_status::failed;
}

CommandLine::CommandLine(const Program& program, const std::vector<std::string>& given) {
  if (!read_plain(program, given)) read_any(program, given);
}

/// `-x`, `-x VALUE`, `--name` and `--name=VALUE`, each of an option of the program, and arguments. False for anything
/// else: letters in a cluster, mistakes, --help.
bool CommandLine::read_plain(const Program& program, const std::vector<std::string>& given) {
  for (auto at = given.begin(); at != given.end(); ++at) {
    if (*at == "--") {
      arguments_.insert(arguments_.end(), at + 1, given.end());
      return true;
    }
    if (!looks_like_option(*at)) {
      arguments_.push_back(*at);
      continue;
    }
    const std::string_view text = *at;
    const bool is_long = text[1] == '-';
    const auto equals = is_long ? text.find('=') : std::string_view::npos;
    const Option* option = find_option(program, text.substr(0, equals));
    if (option == nullptr) return false;
    const bool takes_value = !option->value.empty();
    if (takes_value == (is_long && equals == std::string_view::npos)) return false;
    if (!takes_value && equals != std::string_view::npos) return false;
    if (equals != std::string_view::npos) options_.push_back({std::string(option->name), at->substr(equals + 1)});
    else if (!takes_value) options_.push_back({std::string(option->name), ""});
    else if (++at != given.end()) options_.push_back({std::string(option->name), *at});
    else return false;
  }
  return true;
}

void CommandLine::read_any(const Program& program, const std::vector<std::string>& given) try {
  cxxopts::Options options = for_cxxopts(program);
  const std::string name(program.name);
  const std::vector<std::string> joined = with_values_joined(program, given);
  expect_flags_without_values(program, joined);
  std::vector<const char*> argv{name.c_str()};
  for (const auto& argument : joined) argv.push_back(argument.c_str());
  const auto result = options.parse(static_cast<int>(argv.size()), argv.data());

  options_.clear();
  for (const auto& option : result.arguments()) options_.push_back({option.key(), option.value()});
  arguments_ = result.unmatched();
  if (has("help")) {
    sys::print(fmt::format("{}{}\n\n{}{}", usage(program), program.summary, options_help(options), program.details));
  } else if (has("version")) {
    sys::print(fmt::format("{} {}\n", program.name, version));
  }
  done_ = has("help") || has("version");
} catch (const cxxopts::exceptions::no_such_option& error) {
  throw UsageError(with_plain_quotes(error.what()) + std::string(program.hint));
} catch (const cxxopts::exceptions::exception& error) {
  throw UsageError(with_plain_quotes(error.what()));
}

bool CommandLine::has(std::string_view option) const {
  return std::any_of(options_.begin(), options_.end(), [option](const Given& one) { return one.name == option; });
}

std::string CommandLine::value(std::string_view option) const {
  const auto all = values(option);
  if (all.size() > 1) throw UsageError(fmt::format("option '{}' is given twice", option));
  return all.at(0);
}

std::vector<std::string> CommandLine::values(std::string_view option) const {
  std::vector<std::string> all;
  for (const auto& [name, value] : options_) {
    if (name == option) all.push_back(value);
  }
  return all;
}

unsigned CommandLine::number(std::string_view option, unsigned least, unsigned most) const {
  const std::string text = value(option);
  const bool is_number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  const auto number = parse_number<unsigned>(text);  // none either where an unsigned can't hold it
  if (!is_number || (number && *number < least)) {
    throw UsageError(fmt::format("option '{}' takes a whole number of at least {}, not '{}'", option, least, text));
  }
  if (!number || *number > most) throw UsageError(fmt::format("option '{}' takes at most {}", option, most));
  return *number;
}

std::size_t count_leading_options(const Program& program, std::span<const std::string> arguments) {
  std::size_t i = 0;
  while (i < arguments.size() && looks_like_option(arguments[i]) && arguments[i] != "--") {
    const auto [option, value] = find_valued(program, arguments[i]);
    i += option != nullptr && value == arguments[i].size() ? 2 : 1;
  }
  return std::min(i, arguments.size());
}

void expect_no_arguments(const CommandLine& line) {
  if (!line.arguments().empty()) throw UsageError(fmt::format("unexpected argument '{}'", line.arguments().front()));
}

}  // namespace tools
