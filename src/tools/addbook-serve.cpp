// SPDX-License-Identifier: MIT
// addbook-serve: keeps an address book and answers requests, one line each.
#include <fmt/format.h>

#include <array>
#include <climits>

#include "exit_status.hpp"
#include "server/log.hpp"
#include "server/serve.hpp"
#include "store/open.hpp"
#include "tools/command_line.hpp"

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

/// The options that would be ignored without a socket.
constexpr std::array<std::string_view, 8> options_of_sockets = {
    "allow", "mode", "remote", "workers", "max-clients", "max-per-user", "idle-timeout", "ready-fd"};

mode_t socket_mode(const std::string& text) {
  const bool is_octal = text.find_first_not_of("01234567") == std::string::npos;
  if (text.empty() || text.size() > 4 || !is_octal || std::stoul(text, nullptr, 8) > 0777) {
    throw tools::UsageError(fmt::format("option 'mode' takes an octal mode such as 0660, not '{}'", text));
  }
  return static_cast<mode_t>(std::stoul(text, nullptr, 8));
}

server::ServeOptions serve_options(const tools::CommandLine& line, const std::string& book) {
  server::ServeOptions serve;
  for (const auto option : options_of_sockets) {
    if (line.has(option)) serve.socket_option = option;
  }
  serve.addresses = line.values("listen");
  if (line.has("mode")) serve.listen.mode = socket_mode(line.value("mode"));
  serve.listen.remote = line.has("remote");
  for (const auto& who : line.values("allow")) serve.access.allow(who);
  if (line.has("read-only")) serve.access.make_read_only();
  if (line.has("max-clients")) serve.limits.max_clients = line.number("max-clients", 1);
  if (line.has("max-per-user")) serve.limits.max_per_user = line.number("max-per-user", 1);
  if (line.has("idle-timeout")) serve.limits.idle_timeout = std::chrono::seconds(line.number("idle-timeout", 0));
  if (line.has("workers")) serve.workers = line.number("workers", 1, most_workers);
  if (serve.workers > 1 && book == ":memory:") {
    throw tools::UsageError("workers share a book, and :memory: is no book that can be shared");
  }
  if (line.has("ready-fd")) serve.ready_fd = static_cast<int>(line.number("ready-fd", 1, INT_MAX));
  serve.verbose = line.has("verbose");
  if (serve.listen.remote) {
    server::log("--remote: there is no encryption and no password; use ssh or stunnel across a network");
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
    return server::serve(serve_options(line, path),
                         [&path] { return std::make_unique<book::Book>(store::open(path)); });
  });
}
