// SPDX-License-Identifier: MIT
// addbook-from-mail: adds whom a message is from to the book, or without a server writes the request lines.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <unordered_set>
#include <utility>

#include "client/save_address.hpp"
#include "exit_status.hpp"
#include "mail/header.hpp"
#include "mail/mailboxes.hpp"
#include "protocol/escape.hpp"
#include "sys/error.hpp"
#include "tools/command_line.hpp"

namespace {

constexpr std::array<tools::Option, 3> options{{
    {0, "reply-to", "", "Add the addresses of Reply-To too"},
    {0, "to", "", "Add the addresses of To too"},
    {0, "cc", "", "Add the addresses of Cc too"},
}};

constexpr tools::Program program{
    .name = "addbook-from-mail",
    .synopsis = "[OPTION]... < MESSAGE",
    .summary = "Add whom a mail message is from to the address book.",
    .options = options,
    .details =
        "\n"
        "The name is added with the field email=ADDRESS. Where it is in the book, its\n"
        "entry gets the address as one more email field, unless it has it.\n"
        "\n"
        "Examples:\n"
        "  addbook add-from-mail < message.eml\n"
        "  addbook -b work.db add-from-mail --reply-to --cc < message.eml\n"
        "  in muttrc:  macro index,pager A \"<pipe-message>addbook add-from-mail<return>\"\n",
};

constexpr int standard_input = 0;
constexpr std::size_t longest_shown = 64;  // bytes of what is no address

/// Says of what in a field is left out, once for all of it: a hostile one may have any number.
void tell_of_rest(std::string_view field, const std::vector<std::string>& not_read) {
  const std::string first = sys::printable(not_read.front());
  const std::string others = not_read.size() == 1 ? "" : fmt::format(", and {} more", not_read.size() - 1);
  sys::warn(fmt::format("{}: not an address: {}{}", field, protocol::cut(first, longest_shown), others));
}

/// The mailboxes to add from the message on standard input, without duplicates, and whether those are all that it has.
/// Throws std::runtime_error if it has no usable From.
std::pair<std::vector<mail::Mailbox>, bool> wanted_mailboxes(const tools::CommandLine& line) {
  const std::string header = mail::read_header(standard_input);
  std::vector<mail::Mailbox> wanted;
  std::unordered_set<std::string> keys;
  bool are_all = true;
  const auto add_those_in = [&](std::string_view name) {
    mail::Field field = mail::mailboxes(header, std::string(name));
    for (auto& one : field.mailboxes) {
      if (keys.insert(mail::key_of(one)).second) wanted.push_back(std::move(one));
    }
    if (field.not_read.empty()) return;
    tell_of_rest(name, field.not_read);
    are_all = false;
  };
  add_those_in("From");
  if (wanted.empty()) throw std::runtime_error("cannot read the message: it has no From field with an address");
  for (const auto& option : options) {
    if (line.has(option.name)) add_those_in(option.name);
  }
  return {std::move(wanted), are_all};
}

}  // namespace

int main(int argc, char** argv) {
  return tools::run_program(program, argc, argv, [](const std::vector<std::string>& arguments) -> int {
    const tools::CommandLine line(program, arguments);
    if (line.is_done()) return exit_status::done;
    tools::expect_no_arguments(line);
    const auto [wanted, are_all] = wanted_mailboxes(line);
    exit_status::Status worst = are_all ? exit_status::done : exit_status::failed;
    const auto server = transport::Link::inherited();
    for (const auto& [name, address] : wanted) {
      worst = std::max(
          worst, server ? client::save_address(*server, name, address) : client::print_new_address(name, address));
    }
    return worst;
  });
}
