// SPDX-License-Identifier: MIT
// addbook-serve: keeps an address book and answers requests, a line each.
#include <fmt/format.h>

#include <array>

#include "exit_status.hpp"
#include "store/open.hpp"
#include "tools/command_line.hpp"
#include "transport/log.hpp"
#include "transport/serve.hpp"

namespace {

constexpr std::array<tools::Option, 12> options{{
    {'b', "book", "BOOK", "Keep this book: PATH.db, PATH.dat or :memory:"},
    {'l', "listen", "ADDRESS", "Listen at a path or tcp:HOST:PORT; repeatable"},
    {0, "allow", "WHO[:ro]", "Admit a user, uid or @group; repeatable"},
    {0, "read-only", "", "Refuse every change"},
    {0, "mode", "MODE", "Of Unix sockets, in octal (0600)"},
    {0, "remote", "", "Let TCP listen beyond this machine"},
    {0, "workers", "N", "Serve with N processes (1)"},
    {0, "max-clients", "N", "At once, for each worker (1024)"},
    {0, "max-per-user", "N", "At once, from one uid or address (512)"},
    {0, "idle-timeout", "SECONDS", "Close a client that is silent for so long"},
    {0, "ready-fd", "FD", "Write the addresses here once they accept"},
    {'v', "verbose", "", "Log connections"},
}};

constexpr tools::Program program{
    .name = "addbook-serve",
    .synopsis = "[-b BOOK] [-l ADDRESS]... [OPTION]...",
    .summary = "Answer address book requests on standard input and output, or on sockets.",
    .options = options,
    .details =
        "\n"
        "Without -b the book is $ADDBOOK_BOOK, else ~/.local/share/addbook/addbook.db.\n"
        "Examples:\n"
        "  echo 'fnd:King Arthur' | addbook-serve -b camelot.dat\n"
        "  addbook-serve -b camelot.db -l ./camelot.sock --mode 666 --allow @knights:ro\n"
        "  s6-ipcserver -a 0600 ./camelot.sock addbook-serve -b camelot.db\n",
};

constexpr unsigned most_workers = 256;

mode_t socket_mode(const tools::CommandLine& line) {
  const std::string text = line.has("mode") ? line.value("mode") : "0600";
  if (text.empty() || text.size() > 4 || text.find_first_not_of("01234567") != std::string::npos) {
    throw tools::UsageError(fmt::format("option 'mode' takes an octal mode such as 0660, not '{}'", text));
  }
  return static_cast<mode_t>(std::stoul(text, nullptr, 8) & 0777);
}

transport::ServeOptions serve_options(const tools::CommandLine& line, const std::string& book) {
  transport::ServeOptions serve;
  serve.addresses = line.values("listen");
  serve.listen = {.mode = socket_mode(line), .remote = line.has("remote")};
  for (const auto& who : line.values("allow")) serve.access.allow(who);
  serve.read_only = line.has("read-only");
  if (serve.read_only) serve.access.make_read_only();
  serve.limits.max_clients = line.number("max-clients", 1024, 1);
  serve.limits.max_per_user = line.number("max-per-user", 512, 1);
  serve.limits.idle_timeout = std::chrono::seconds(line.number("idle-timeout", 0, 0));
  serve.workers = line.number("workers", 1, 1);
  if (serve.workers > most_workers) {
    throw tools::UsageError(fmt::format("option 'workers' takes at most {}", most_workers));
  }
  if (serve.workers > 1 && book == ":memory:") {
    throw tools::UsageError("workers share a book, and :memory: is no book that can be shared");
  }
  if (line.has("ready-fd")) serve.ready_fd = static_cast<int>(line.number("ready-fd", 1, 1));
  serve.verbose = line.has("verbose");
  if (serve.listen.remote) {
    transport::log("--remote: there is no encryption and no password; use ssh or stunnel across a network");
  }
  return serve;
}

}  // namespace

int main(int argc, char** argv) {
  return tools::run_program(program, argc, argv, [](const auto& arguments) -> int {
    const tools::CommandLine line(program, arguments);
    if (line.is_done()) return exit_status::done;
    tools::expect_no_arguments(line);
    const std::string path = line.has("book") ? line.value("book") : store::default_book();
    return transport::serve(serve_options(line, path),
                            [&path] { return std::make_unique<book::Book>(store::open(path)); });
  });
}
