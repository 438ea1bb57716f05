// SPDX-License-Identifier: MIT
// addbook-query: asks an address book server, or without one writes the request lines.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "client/birthdays.hpp"
#include "client/edit.hpp"
#include "client/exchange.hpp"
#include "client/menu.hpp"
#include "client/nearest.hpp"
#include "client/set.hpp"
#include "exit_status.hpp"
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
        "Verbs: add NAME [FIELD]...  rename OLD NEW     list [PREFIX]     count\n"
        "       remove NAME...|-     set NAME FIELD...  search TERM...    menu\n"
        "       find NAME...|-       edit NAME          birthdays [SPAN]  raw\n"
        "       help [TOPIC]\n"
        "FIELD is LABEL=VALUE; add takes number, street, town, phone first, unlabelled.\n"
        "TERM may be LABEL:TERM. SPAN is today, week or month. - reads names from stdin.\n"
        "\n"
        "Examples:\n"
        "  addbook-query find 'King Arthur' | addbook-serve -b camelot.dat\n"
        "  addbook -b camelot.dat search --first -F email arthur\n"
        "  s6-ipcclient ./camelot.sock addbook-query list -f jsonl Sir\n",
    .hint = "; -b, -c and -s stand before the verb, and a word that begins with '-' after '--'",
};

transport::Link server_for(std::string_view verb) {
  auto server = transport::Link::inherited();
  if (!server) {
    throw std::runtime_error(fmt::format("{}: no server: start it with addbook, or under a UCSPI client", verb));
  }
  return std::move(*server);
}

using Arguments = std::span<const std::string>;

/// A verb that is more than a request and its reply, and so needs a server.
struct Conversation {
  std::string_view name;
  std::size_t fewest_arguments;
  std::size_t most_arguments;
  std::string_view synopsis;
  exit_status::Status (*hold)(transport::Link& server, Arguments arguments);
};

constexpr std::array<Conversation, 4> conversations{{
    {"set", 2, client::any_number, "set NAME LABEL=VALUE...",
     [](transport::Link& server, Arguments arguments) {
       return client::set(server, arguments.front(), arguments.subspan(1));
     }},
    {"edit", 1, 1, "edit NAME",
     [](transport::Link& server, Arguments arguments) { return client::edit(server, arguments.front()); }},
    {"menu", 0, 0, "menu", [](transport::Link& server, Arguments) { return client::run_menu(server); }},
    {"raw", 0, 0, "raw", [](transport::Link& server, Arguments) { return client::copy_lines(server); }},
}};

/// Of a Verb or a Conversation. Throws UsageError.
template <typename Verb>
void expect_its_arguments(const Verb& verb, Arguments arguments) {
  if (arguments.size() < verb.fewest_arguments) throw tools::UsageError(fmt::format("usage: {}", verb.synopsis));
  if (arguments.size() > verb.most_arguments) {
    throw tools::UsageError(fmt::format("{}: unexpected argument '{}'", verb.name, arguments[verb.most_arguments]));
  }
}

int hold(const Conversation& conversation, const tools::CommandLine& line) {
  expect_its_arguments(conversation, line.arguments());
  tools::expect_no_output_options(line, fmt::format("{} prints no entries", conversation.name));
  if (line.has("null")) throw tools::UsageError(fmt::format("{} has no option 'null'", conversation.name));
  transport::Link server = server_for(conversation.name);
  return conversation.hold(server, line.arguments());
}

const client::Span& span_of(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return client::spans.front();
  const auto span = std::find_if(client::spans.begin(), client::spans.end(),
                                 [&](const auto& one) { return one.name == arguments[0]; });
  if (span == client::spans.end()) {
    const auto names = client::names_of(client::spans);
    throw tools::UsageError(
        fmt::format("birthdays: no such span of days: {}{}", arguments[0], client::suggestion(arguments[0], names)));
  }
  return *span;
}

std::chrono::year_month_day date_of(const tools::CommandLine& line) {
  if (!line.has("date")) return client::today();
  const auto date = client::parse_date(line.value("date"));
  if (!date) throw tools::UsageError(fmt::format("option 'date' takes a YYYY-MM-DD, not '{}'", line.value("date")));
  return *date;
}

int run_birthdays(const client::Verb& verb, const tools::CommandLine& line) {
  const client::Days days{date_of(line), span_of(line.arguments()).days};
  const bool as_dates = !line.has("format") && !line.has("field");
  client::Birthdays birthdays(days, tools::output_of(line, verb), as_dates);
  transport::Link server = server_for(verb.name);
  client::Requests requests(verb, {"birthday:"});  // of everybody who has one
  return client::ask_server(server, verb, requests, birthdays);
}

int run_verb(const client::Verb& verb, const tools::CommandLine& line) {
  std::vector<std::string> arguments = line.arguments();
  expect_its_arguments(verb, arguments);
  if (verb.name == "birthdays") return run_birthdays(verb, line);
  const client::Output output = tools::output_of(line, verb);
  if (verb.request == protocol::Verb::add) arguments = client::with_plain_fields(arguments);
  client::Requests requests(verb, std::move(arguments), tools::name_end(line), output.most_needed());
  client::Printer printer(output);
  if (auto server = transport::Link::inherited()) return client::ask_server(*server, verb, requests, printer);
  tools::expect_no_format(line, "there is no server");
  if (!client::can_ask_for(verb, output.limit)) tools::expect_no_limit(line, "there is no server");
  return client::print_requests(requests);
}

const client::Verb& verb_of(const std::string& name) {
  const client::Verb* verb = client::find_verb(name);
  if (verb == nullptr) {
    throw tools::UsageError(fmt::format("no such verb: {}{}", name, client::suggested_verb(name)));
  }
  return *verb;
}

/// The verb stands before its options, but `--help` and `--version` need none.
std::string take_verb(std::vector<std::string>& arguments) {
  if (!arguments.empty() && arguments[0] == "--") arguments.erase(arguments.begin());
  if (arguments.empty() || arguments[0].starts_with('-')) return "";
  std::string verb = std::move(arguments[0]);
  arguments.erase(arguments.begin());
  return verb;
}

}  // namespace

int main(int argc, char** argv) {
  return tools::run_program(program, argc, argv, [](std::vector<std::string> arguments) -> int {
    const std::string name = take_verb(arguments);
    const tools::CommandLine line(program, arguments);
    if (line.is_done()) return exit_status::done;
    if (name.empty()) throw tools::UsageError("no verb");
    if (name == "help") tools::open_manual(line.arguments());
    if (line.has("date") && name != "birthdays") throw tools::UsageError(fmt::format("{} has no option 'date'", name));
    for (const auto& conversation : conversations) {
      if (conversation.name == name) return hold(conversation, line);
    }
    return run_verb(verb_of(name), line);
  });
}
