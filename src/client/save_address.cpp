// SPDX-License-Identifier: MIT
#include "client/save_address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "client/change.hpp"
#include "client/entry.hpp"
#include "protocol/escape.hpp"
#include "protocol/reply.hpp"
#include "sys/error.hpp"
#include "sys/fd.hpp"

namespace client {
namespace {

/// `new:NAME` and an entry of which only the address is known.
std::string new_request(const std::string& name, const std::string& address) {
  std::string line = "new:";
  protocol::append_escaped(line, name, protocol::Place::name);
  line.push_back(',');
  append_entry(line, {.name = name, .plain = {}, .fields = {{"email", address}}});
  return line + "\n";
}

/// The part before the `@` may distinguish capitals, but no mail server's users live by that.
bool is_same_address(std::string_view one, std::string_view other) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

bool has_address(const Entry& entry, std::string_view address) {
  bool has = false;
  for_each_value(entry, "email", [&](std::string_view value) { has = has || is_same_address(value, address); });
  return has;
}

/// Prints a reply that says `done`; any other is complained of.
Status report(std::string_view reply, std::string_view done) {
  if (!reply.starts_with(done)) {
    sys::complain(reply);
    return failed;
  }
  (void)sys::write_all(1, sys::printable(reply) + "\n", "standard output");
  return found;
}

/// Nothing where there is an entry already.
std::optional<Status> add(transport::Link& server, const std::string& name, const std::string& address) {
  const std::string reply = server.ask(new_request(name, address));
  if (reply.starts_with(protocol::exists_prefix)) return std::nullopt;
  return report(reply, protocol::added_prefix);
}

/// Nothing where the entry is no longer there, or has been changed while this looked at it.
std::optional<Status> extend(transport::Link& server, const std::string& name, const std::string& address) {
  Status status = found;
  const auto present = look_up(server, name, status);
  if (!present) return status == failed ? std::optional(failed) : std::nullopt;
  if (has_address(present->entry, address)) {
    say_unchanged(*present);
    return found;
  }
  Entry entry = present->entry;
  entry.fields.push_back({"email", address});
  const std::string reply = ask_to_change(server, *present, entry);
  if (reply.starts_with(protocol::sorry_prefix) || reply.starts_with(protocol::differs_prefix)) return std::nullopt;
  return report(reply, protocol::changed_prefix);
}

}  // namespace

Status save_address(transport::Link& server, const std::string& name, const std::string& address) {
  // Each try fails only because another change has been made, so many in a row are no accident.
  constexpr int most_tries = 100;
  for (int i = 0; i < most_tries; ++i) {
    if (const auto done = add(server, name, address)) return *done;
    if (const auto done = extend(server, name, address)) return *done;
  }
  throw std::runtime_error(fmt::format("others change the entry all the time: {}", name));
}

Status print_new_address(const std::string& name, const std::string& address) {
  (void)sys::write_all(1, new_request(name, address), "standard output");
  return found;
}

}  // namespace client
