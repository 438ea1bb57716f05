// SPDX-License-Identifier: MIT
// addbook-query: asks an address book server, or without one writes the request lines.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "client/birthdays.hpp"
#include "client/edit.hpp"
#include "client/exchange.hpp"
#include "client/menu.hpp"
#include "client/nearest.hpp"
#include "client/set.hpp"
#include "exit_status.hpp"
#include "protocol/command.hpp"
#include "tools/command_line.hpp"
#include "tools/help.hpp"
#include "tools/output_options.hpp"

namespace {

constexpr auto options = [] {
  std::array<tools::Option, tools::output_options.size() + 1> all{};
  std::copy(tools::output_options.begin(), tools::output_options.end(), all.begin());
  all.back() = {0, "date", "DATE", "birthdays: another day than today"};
  return all;
}();

constexpr tools::Program program{
    .name = "addbook-query",
    .synopsis = "VERB [OPTION]... [ARG]...",
    .summary = "Ask an address book server; without one, write the request lines for it.",
    .options = options,
    .details =
        "\n"
        "Verbs: add NAME [FIELD]...  rename OLD NEW           list [PREFIX]   count\n"
        "       remove NAME...|-     set NAME LABEL=VALUE...  search TERM...  menu\n"
        "       find NAME...|-       edit NAME                help [TOPIC]    raw\n"
        "       birthdays [today|week|month]\n"
        "FIELD is LABEL=VALUE; add takes number, street, town, phone first, unlabelled.\n"
        "TERM may be LABEL:TERM. - reads names from standard input, one per line.\n"
        "\n"
        "Examples:\n"
        "  addbook-query find 'King Arthur' | addbook-serve -b camelot.dat\n"
        "  addbook -b camelot.dat search --first -F email arthur\n"
        "  s6-ipcclient ./camelot.sock addbook-query list -f jsonl Sir\n",
    .hint = "; -b, -c and -s stand before the verb, and a word that begins with '-' after '--'",
};

using exit_status::Status;
using tools::CommandLine;
using tools::UsageError;

constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

struct Verb {
  std::string_view usage;  // the name, and its arguments
  std::size_t fewest_arguments;
  std::size_t most_arguments;
  bool prints_entries;  // so that the output options apply
  Status (*run)(const Verb& verb, const CommandLine& line);
  std::string_view elsewhere = "";  // what other programs call it

  [[nodiscard]] constexpr std::string_view name() const { return usage.substr(0, usage.find(' ')); }
  [[nodiscard]] constexpr bool reads_names() const { return usage.ends_with("|-"); }
};

/// For a verb that is more than requests and their replies.
std::unique_ptr<transport::Link> server_for(const Verb& verb) {
  auto server = transport::Link::inherited();
  if (!server) {
    throw std::runtime_error(fmt::format("{}: no server: start it with addbook, or under a UCSPI client", verb.name()));
  }
  return server;
}

template <protocol::Verb request>
Status ask(const Verb&, const CommandLine& line) {
  const client::Output output = tools::output_of(line);
  auto arguments = line.arguments();
  if (request == protocol::Verb::add) arguments = client::with_plain_fields(arguments);
  client::Requests requests(request, std::move(arguments), tools::name_end(line), output.most_needed());
  client::Printer printer(output);
  if (const auto server = transport::Link::inherited()) return client::ask_server(*server, request, requests, printer);
  tools::expect_none_of({"format", "field"}, line, "there is no server");
  if (!client::can_ask_for(request, output.limit)) {
    tools::expect_none_of({"limit", "first"}, line,
                          request == protocol::Verb::lst ? "there is no server, and a request can't ask for so many"
                                                         : "there is no server");
  }
  return client::print_requests(requests);
}

const client::Span& span_of(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return client::spans.front();
  const auto span = std::find_if(client::spans.begin(), client::spans.end(),
                                 [&](const auto& one) { return one.name == arguments[0]; });
  if (span == client::spans.end()) {
    const auto names = client::names_of(client::spans);
    throw UsageError(
        fmt::format("birthdays: no such span of days: {}{}", arguments[0], client::suggestion(arguments[0], names)));
  }
  return *span;
}

std::chrono::year_month_day date_of(const CommandLine& line) {
  if (!line.has("date")) return client::today();
  const auto date = client::parse_date(line.value("date"));
  if (!date) throw UsageError(fmt::format("option 'date' takes a YYYY-MM-DD, not '{}'", line.value("date")));
  return *date;
}

Status run_birthdays(const Verb& verb, const CommandLine& line) {
  const client::Days days{date_of(line), span_of(line.arguments()).days};
  const bool as_dates = !line.has("format") && !line.has("field");
  client::Birthdays birthdays(days, tools::output_of(line), as_dates);
  const auto server = server_for(verb);
  client::Requests requests(protocol::Verb::src, {"birthday:"});  // everybody who has one
  return client::ask_server(*server, protocol::Verb::src, requests, birthdays);
}

Status run_set(const Verb& verb, const CommandLine& line) {
  const auto server = server_for(verb);
  const std::span<const std::string> arguments = line.arguments();
  return client::set(*server, arguments.front(), arguments.subspan(1));
}

Status run_edit(const Verb& verb, const CommandLine& line) {
  const auto server = server_for(verb);
  return client::edit(*server, line.arguments().front());
}

Status run_menu(const Verb& verb, const CommandLine&) {
  const auto server = server_for(verb);
  return client::run_menu(*server);
}

Status run_raw(const Verb& verb, const CommandLine&) {
  const auto server = server_for(verb);
  return client::copy_lines(*server);
}

Status run_help(const Verb&, const CommandLine& line);

constexpr std::array<Verb, 13> verbs{{
    {"add NAME [FIELD]...", 1, any_number, false, ask<protocol::Verb::add>, "new insert"},
    {"remove NAME...|-", 1, any_number, false, ask<protocol::Verb::rem>, "delete del rm"},
    {"find NAME...|-", 1, any_number, true, ask<protocol::Verb::fnd>, "show get"},
    {"rename OLD NEW", 2, 2, false, ask<protocol::Verb::mov>, "mv move"},
    {"set NAME LABEL=VALUE...", 2, any_number, false, run_set, "change update"},
    {"edit NAME", 1, 1, false, run_edit},
    {"list [PREFIX]", 0, 1, true, ask<protocol::Verb::lst>, "ls"},
    {"search TERM...", 1, any_number, true, ask<protocol::Verb::src>, "query grep"},
    {"birthdays [today|week|month]", 0, 1, true, run_birthdays},
    {"count", 0, 0, false, ask<protocol::Verb::cnt>},
    {"menu", 0, 0, false, run_menu},
    {"raw", 0, 0, false, run_raw},
    {"help [TOPIC]", 0, 1, false, run_help},
}};
static_assert(std::ranges::all_of(verbs, [](const Verb& verb) {
  return program.details.find(verb.usage) != std::string_view::npos;
}));

std::vector<std::string_view> verb_names() {
  std::vector<std::string_view> names;
  for (const auto& verb : verbs) names.push_back(verb.name());
  return names;
}

Status run_help(const Verb&, const CommandLine& line) {
  return tools::open_manual(line.arguments().empty() ? "addbook" : line.arguments().front(), verb_names());
}

bool has_word(std::string_view words, std::string_view word) {
  return fmt::format(" {} ", words).find(fmt::format(" {} ", word)) != std::string::npos;
}

std::string suggested_verb(std::string_view name) {
  const auto* known = std::ranges::find_if(verbs, [&](const Verb& verb) { return has_word(verb.elsewhere, name); });
  std::vector<std::string_view> names = verb_names();
  names.emplace_back("add-from-mail");  // the launcher's own
  return client::suggestion(known != verbs.end() ? known->name() : name, names);
}

const Verb& find_verb(const std::string& name) {
  const auto* verb = std::ranges::find(verbs, name, &Verb::name);
  if (verb == verbs.end()) throw UsageError(fmt::format("no such verb: {}{}", name, suggested_verb(name)));
  return *verb;
}

void expect_its_options(const Verb& verb, const CommandLine& line) {
  if (!verb.prints_entries) {
    tools::expect_none_of({"format", "field", "limit", "first"}, line,
                          fmt::format("{} prints no entries", verb.name()));
    if (line.has("null") && !verb.reads_names()) throw UsageError(fmt::format("{} has no option 'null'", verb.name()));
  }
  if (line.has("date") && verb.run != run_birthdays) {
    throw UsageError(fmt::format("{} has no option 'date'", verb.name()));
  }
}

void expect_its_arguments(const Verb& verb, const CommandLine& line) {
  const auto& arguments = line.arguments();
  if (arguments.size() < verb.fewest_arguments) throw UsageError(fmt::format("usage: {}", verb.usage));
  if (arguments.size() > verb.most_arguments) {
    throw UsageError(fmt::format("{}: unexpected argument '{}'", verb.name(), arguments[verb.most_arguments]));
  }
}

/// The verb stands before its options, but `--help` and `--version` need none. `--` before it ends the options for it,
/// so it stays where it is.
std::string take_verb(std::vector<std::string>& arguments) {
  const bool ended = !arguments.empty() && arguments[0] == "--";
  const auto at = arguments.begin() + (ended ? 1 : 0);
  if (at == arguments.end() || (!ended && at->starts_with('-'))) return "";
  std::string verb = std::move(*at);
  arguments.erase(at);
  return verb;
}

}  // namespace

int main(int argc, char** argv) {
  return tools::run_program(program, argc, argv, [](std::vector<std::string> arguments) -> int {
    const std::string name = take_verb(arguments);
    const CommandLine line(program, arguments);
    if (line.is_done()) return exit_status::done;
    if (name.empty()) throw UsageError("no verb");
    const Verb& verb = find_verb(name);
    expect_its_arguments(verb, line);
    expect_its_options(verb, line);
    return verb.run(verb, line);
  });
}
