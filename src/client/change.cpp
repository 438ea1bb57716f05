// SPDX-License-Identifier: MIT
#include "client/change.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "client/reply_line.hpp"
#include "protocol/escape.hpp"
#include "protocol/reply.hpp"
#include "sys/error.hpp"
#include "sys/fd.hpp"

namespace client {

std::string ask(transport::Link& server, std::string request) {
  std::string reply = server.ask(std::move(request));
  refuse_control_characters(reply);
  return reply;
}

std::string ask_to_find(transport::Link& server, const std::string& name) {
  std::string request = "fnd:";
  protocol::append_escaped(request, name, protocol::Place::name);
  return ask(server, request + "\n");
}

Lookup read_found(std::string_view reply) {
  const bool is_error = reply.starts_with(protocol::error_prefix);
  if (is_error || reply.starts_with(protocol::not_found_prefix)) {
    sys::complain(reply);
    return {is_error ? exit_status::failed : exit_status::not_found, std::nullopt};
  }
  Entry entry = parse_entry(reply);
  const auto parts = parse_data_line(reply);
  return {exit_status::done, Present{std::string(parts->name), std::string(parts->entry), std::move(entry)}};
}

Lookup look_up(transport::Link& server, const std::string& name) { return read_found(ask_to_find(server, name)); }

std::string ask_to_change(transport::Link& server, const Present& present, const Entry& entry) {
  std::string request = fmt::format("chg:{},", present.name);
  protocol::append_escaped(request, present.text, protocol::Place::field);
  request.push_back(',');
  append_entry(request, entry);
  return ask(server, request + "\n");
}

bool is_overtaken(std::string_view reply) {
  return reply.starts_with(protocol::conflict_prefix) || reply.starts_with(protocol::not_found_prefix);
}

void say_unchanged(const Present& present) { sys::print(fmt::format("Unchanged entry for {}\n", present.name)); }

exit_status::Status report(std::string_view reply, std::string_view done) {
  if (!reply.starts_with(done)) {
    sys::complain(reply);
    return exit_status::failed;
  }
  sys::print(fmt::format("{}\n", reply));
  return exit_status::done;
}

std::optional<exit_status::Status> change(transport::Link& server, const Present& present, const Entry& entry) {
  if (entry == present.entry) {
    say_unchanged(present);
    return exit_status::done;
  }
  const std::string reply = ask_to_change(server, present, entry);
  return is_overtaken(reply) ? std::nullopt : std::optional(report(reply, protocol::changed_prefix));
}

exit_status::Status try_until_done(const std::string& name,
                                   const std::function<std::optional<exit_status::Status>()>& attempt) {
  constexpr int most_tries = 100;
  for (int i = 0; i < most_tries; ++i) {
    if (const auto status = attempt()) return *status;
  }
  throw std::runtime_error(fmt::format("others change the entry all the time: {}", name));
}

}  // namespace client
