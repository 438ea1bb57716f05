// SPDX-License-Identifier: MIT
#include "client/save_address.hpp"

#include <optional>

#include "client/change.hpp"
#include "client/entry.hpp"
#include "mail/address.hpp"
#include "protocol/escape.hpp"
#include "protocol/reply.hpp"
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

bool has_address(const Entry& entry, std::string_view address) {
  bool has = false;
  for_each_value(entry, "email", [&](std::string_view value) { has = has || mail::is_same_address(value, address); });
  return has;
}

/// Nothing where there is an entry already.
std::optional<exit_status::Status> add(transport::Link& server, const std::string& name, const std::string& address) {
  const std::string reply = ask(server, new_request(name, address));
  if (reply.starts_with(protocol::exists_prefix)) return std::nullopt;
  return report(reply, protocol::added_prefix);
}

/// Nothing where the entry is no longer there, or has been changed while this looked at it.
std::optional<exit_status::Status> extend(transport::Link& server, const std::string& name,
                                          const std::string& address) {
  const std::string reply = ask_to_find(server, name);
  if (is_overtaken(reply)) return std::nullopt;
  const auto [status, present] = read_found(reply);
  if (!present) return status;
  Entry entry = present->entry;
  if (!has_address(entry, address)) entry.fields.push_back({"email", address});
  return change(server, *present, entry);
}

}  // namespace

exit_status::Status save_address(transport::Link& server, const std::string& name, const std::string& address) {
  return try_until_done(name, [&] {
    const auto added = add(server, name, address);
    return added ? added : extend(server, name, address);
  });
}

exit_status::Status print_new_address(const std::string& name, const std::string& address) {
  sys::print(new_request(name, address));
  return exit_status::done;
}

}  // namespace client
