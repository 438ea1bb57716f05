// SPDX-License-Identifier: MIT
// addbook-serve: keeps an address book and answers requests, a line each.
#include "book/book.hpp"
#include "store/open.hpp"
#include "tools/command_line.hpp"
#include "transport/stdio.hpp"

namespace {

const tools::Program program{
    .name = "addbook-serve",
    .synopsis = "[-b BOOK]",
    .summary = "Answer address book requests from standard input on standard output.",
    .details =
        "\n"
        "BOOK is sqlite:PATH or a path in .db, text:PATH or a path in .dat, or :memory:.\n"
        "Without -b it is $ADDBOOK_BOOK, else addbook/addbook.db under $XDG_DATA_HOME.\n"
        "\n"
        "Examples:\n"
        "  echo 'fnd:King Arthur' | addbook-serve -b camelot.dat\n"
        "  addbook-query list | addbook-serve\n"
        "  addbook -s 'ssh camelot addbook-serve' find 'King Arthur'\n"
        "\n"
        "The requests: echo hlp | addbook-serve -b :memory:, and addbook-protocol(7).\n",
};

}  // namespace

int main(int argc, char** argv) {
  return tools::run_program(program, argc, argv, [](const auto& arguments) {
    cxxopts::Options options(program.name);
    options.add_options()("b,book", "Keep this book", cxxopts::value<std::string>(), "BOOK");
    const tools::CommandLine line(program, options, arguments);
    if (line.is_done()) return 0;
    tools::expect_no_arguments(line);
    book::Book book(store::open(line.has("book") ? line.value("book") : store::default_book()));
    return transport::serve_stdio(book) ? 0 : 2;
  });
}
