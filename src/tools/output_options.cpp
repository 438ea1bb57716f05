// SPDX-License-Identifier: MIT
#include "tools/output_options.hpp"

#include <fmt/format.h>

#include "client/nearest.hpp"
#include "protocol/label.hpp"
#include "sys/environment.hpp"
#include "sys/fd.hpp"

namespace tools {
namespace {

const client::Format& format_of(const std::string& name) {
  const client::Format* format = client::find_format(name);
  if (format == nullptr) {
    const auto names = client::names_of(client::formats());
    throw UsageError(fmt::format("no such format: {}{}", name, client::suggestion(name, names)));
  }
  return *format;
}

std::string label_of(const std::string& label) {
  if (!protocol::is_known_label(label)) {
    throw UsageError(client::no_such_label(label));
  }
  return label;
}

/// Colour for a person who has not said no (no-color.org).
bool wants_colour() {
  return sys::is_terminal(1) && sys::variable("NO_COLOR").empty() && sys::variable("TERM") != "dumb";
}

}  // namespace

client::Output output_of(const CommandLine& line) {
  client::Output output;
  if (line.has("format")) output.format = &format_of(line.value("format"));
  if (line.has("field")) {
    output.label = label_of(line.value("field"));
    if (output.format != &client::formats().front()) throw UsageError("only one of --format and --field can be given");
  }
  output.style = {.end = name_end(line), .colour = wants_colour()};
  if (line.has("limit") && line.has("first")) throw UsageError("only one of --limit and --first can be given");
  if (line.has("limit")) output.limit = line.number("limit", 1);
  if (line.has("first")) output.limit = 1;
  return output;
}

void expect_none_of(std::initializer_list<const char*> options, const CommandLine& line, std::string_view why) {
  for (const char* option : options) {
    if (line.has(option)) throw UsageError(fmt::format("option '{}' can't be used: {}", option, why));
  }
}

char name_end(const CommandLine& line) { return line.has("null") ? '\0' : '\n'; }

}  // namespace tools
