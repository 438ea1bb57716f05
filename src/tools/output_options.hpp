// SPDX-License-Identifier: MIT
// The client's options for what entries look like: --format, --field, --null, --limit, --first.
#pragma once

#include <array>
#include <initializer_list>

#include "client/printer.hpp"
#include "tools/command_line.hpp"

namespace tools {

inline constexpr std::array<Option, 5> output_options{{
    {'f', "format", "FORMAT", "plain names tsv jsonl mutt aerc rfc5322 card"},
    {'F', "field", "LABEL", "Print only the values of this field"},
    {'0', "null", "", "End records, and names read for -, with NUL"},
    {'n', "limit", "N", "Print at most N entries"},
    {0, "first", "", "Print the best match alone"},
}};

/// What the output options ask for. Throws UsageError for what makes no sense.
client::Output output_of(const CommandLine& line);

/// Throws UsageError when one of the options is given.
void expect_none_of(std::initializer_list<const char*> options, const CommandLine& line, std::string_view why);

/// What ends a name on standard input.
char name_end(const CommandLine& line);

}  // namespace tools
