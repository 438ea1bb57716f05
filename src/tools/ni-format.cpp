// SPDX-License-Identifier: MIT
// ni-format: a text filter that puts every line between two `Ni!`.
#include <array>
#include <memory>

#include "exit_status.hpp"
#include "filter/ni.hpp"
#include "sys/fd.hpp"
#include "tools/command_line.hpp"

namespace {

constexpr std::size_t block_bytes = 1 << 16;

constexpr std::array<tools::Option, 3> options{{
    {'w', "word", "WORD", "Say WORD instead of Ni!"},
    {'m', "message", "", "Take all of standard input as one message"},
    {'0', "null", "", "End lines with NUL, in and out"},
}};

constexpr tools::Program program{
    .name = "ni-format",
    .synopsis = "[-w WORD] [-m] [-0]",
    .summary = "Print every line of standard input between two lines `Ni!`.",
    .options = options,
    .details =
        "\n"
        "Examples:\n"
        "  echo 'We are the knights' | ni-format\n"
        "  ni-format -w Ekke < speech.txt\n"
        "  find . -print0 | ni-format -0 | tr '\\0' '\\n'\n",
};

void filter_input(const filter::Ni& ni_options) {
  filter::NiFormat ni(ni_options, sys::print);
  const auto block = std::make_unique_for_overwrite<char[]>(block_bytes);
  bool more = true;
  while (more) {
    const std::size_t got = sys::read_some(0, block.get(), block_bytes, "standard input");
    more = got > 0 && ni.format({block.get(), got});
    if (got == 0) ni.finish();
  }
}

}  // namespace

int main(int argc, char** argv) {
  return tools::run_program(program, argc, argv, [](const auto& arguments) -> int {
    const tools::CommandLine line(program, arguments);
    if (line.is_done()) return exit_status::done;
    tools::expect_no_arguments(line);
    filter::Ni ni;
    if (line.has("word")) ni.word = line.value("word");
    ni.whole_input = line.has("message");
    if (line.has("null")) ni.line_end = '\0';
    filter_input(ni);
    return exit_status::done;
  });
}
