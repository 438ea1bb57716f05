// SPDX-License-Identifier: MIT
// addbook: the launcher, which joins a client to a server.

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "exit_status.hpp"
#include "sys/environment.hpp"
#include "sys/process.hpp"
#include "tools/command_line.hpp"
#include "transport/join.hpp"

namespace {

using transport::ProgramToRun;

constexpr std::array<tools::Option, 4> options{{
    {'b', "book", "BOOK", "Start addbook-serve on this book"},
    {'c', "connect", "ADDRESS", "Connect to a server that listens here"},
    {'s', "server", "COMMAND", "Start this server, by sh -c"},
    {0, "join", "", "Join any two programs"},
}};

constexpr tools::Program program{
    .name = "addbook",
    .synopsis =
        "[-b BOOK | -c ADDRESS | -s COMMAND] [VERB [OPTION]... [ARG]...]\n"
        "--join SERVER [ARG]... -- CLIENT [ARG]...",
    .summary = "Join an address book client to a server; without a VERB, the client is a menu.",
    .options = options,
    .details =
        "\n"
        "Verbs: add remove find rename set edit list search birthdays count menu raw\n"
        "add-from-mail help.\n"
        "Without -b, -c and -s: $ADDBOOK_CONNECT, else the book of addbook-serve --help.\n"
        "addbook help VERB opens the manual, addbook-query --help lists their options.\n"
        "\n"
        "Examples:\n"
        "  addbook -b camelot.dat add 'Tim the Enchanter' 5 'Cave Road' Caerbannog\n"
        "  addbook -c ./camelot.sock search -f card town:camelot\n"
        "  addbook -s 'ssh camelot addbook-serve' list Sir\n"
        "  addbook --join ni-format -- addbook-query raw < speech.txt\n",
    .hint = "; the options of a verb stand after it",
};

/// The set's programs are looked for beside this one first, so that a build tree or a second installation is whole.
ProgramToRun of_the_set(const std::string& name, const std::vector<std::string>& arguments) {
  ProgramToRun found{.argv = {sys::beside_this_program(name)}, .name = name};
  found.argv.insert(found.argv.end(), arguments.begin(), arguments.end());
  return found;
}

ProgramToRun any_program(const std::vector<std::string>& argv) {
  constexpr std::array<std::string_view, 5> the_set = {"addbook", "addbook-serve", "addbook-query", "addbook-from-mail",
                                                       "ni-format"};
  if (std::find(the_set.begin(), the_set.end(), argv[0]) == the_set.end()) return {.argv = argv, .name = argv[0]};
  return of_the_set(argv[0], {argv.begin() + 1, argv.end()});
}

/// addbook-query with the verb and its arguments, or the program that is a verb of its own.
ProgramToRun client_of(const std::vector<std::string>& rest) {
  if (rest[0] != "add-from-mail") return of_the_set("addbook-query", rest);
  return of_the_set("addbook-from-mail", {rest.begin() + 1, rest.end()});
}

ProgramToRun server_of(const tools::CommandLine& line) {
  if (line.has("server")) return {.argv = {"sh", "-c", line.value("server")}, .name = line.value("server")};
  if (line.has("book")) return of_the_set("addbook-serve", {"--book=" + line.value("book")});
  return of_the_set("addbook-serve", {});
}

/// The address of a listening server, or nothing: `-c`, or `$ADDBOOK_CONNECT` where no server is chosen otherwise.
std::optional<std::string> address_of(const tools::CommandLine& line) {
  if (line.has("connect")) return line.value("connect");
  const std::string_view address = sys::variable("ADDBOOK_CONNECT");
  if (address.empty() || line.has("book") || line.has("server")) return std::nullopt;
  return std::string(address);
}

int join_any(const std::vector<std::string>& rest) {
  const auto middle = std::find(rest.begin(), rest.end(), "--");
  const std::vector<std::string> server(rest.begin(), middle);
  const std::vector<std::string> client(middle == rest.end() ? middle : middle + 1, rest.end());
  if (server.empty() || client.empty()) throw tools::UsageError("usage: --join SERVER [ARG]... -- CLIENT [ARG]...");
  return transport::join(any_program(server), any_program(client));
}

}  // namespace

int main(int argc, char** argv) {
  return tools::run_program(program, argc, argv, [](const std::vector<std::string>& arguments) -> int {
    const auto leading = static_cast<std::ptrdiff_t>(tools::count_leading_options(program, arguments));
    std::vector<std::string> rest(arguments.begin() + leading, arguments.end());
    const tools::CommandLine line(program, {arguments.begin(), arguments.begin() + leading});
    if (line.is_done()) return exit_status::done;
    if (line.has("book") + line.has("connect") + line.has("server") + line.has("join") > 1) {
      throw tools::UsageError("only one of --book, --connect, --server and --join can be given");
    }
    if (line.has("join")) return join_any(rest);
    if (!rest.empty() && rest[0] == "--") rest.erase(rest.begin());
    if (rest.empty()) rest = {"menu"};
    const ProgramToRun client = client_of(rest);
    if (rest[0] == "help") return transport::run_alone(client);
    if (const auto address = address_of(line)) return transport::run_connected(*address, client);
    return transport::join(server_of(line), client);
  });
}
