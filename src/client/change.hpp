// SPDX-License-Identifier: MIT
// Reading an entry, and changing it only if it is still what was read.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "client/entry.hpp"
#include "exit_status.hpp"
#include "transport/link.hpp"

namespace client {

/// An entry as the server has it.
struct Present {
  std::string name;  // in canonical form
  std::string text;  // ENTRY in canonical form
  Entry entry;       // the text, parsed
};

/// What look_up() has found: an entry, or the status of a command that needed one.
struct Lookup {
  exit_status::Status status;
  std::optional<Present> present;
};

/// Returns the reply to a request line. Throws transport::ServerGone, and std::runtime_error for a reply that no server
/// of the protocol sends.
std::string ask(transport::Link& server, std::string request);

/// Asks for the entry of `name`, and returns the reply line. Throws what ask() throws.
std::string ask_to_find(transport::Link& server, const std::string& name);

/// Returns the entry in a reply of ask_to_find(), or prints why there is none. Throws std::runtime_error.
Lookup read_found(std::string_view reply);

/// ask_to_find() and read_found().
Lookup look_up(transport::Link& server, const std::string& name);

/// Asks to put `entry` in the place of `present`. Returns the reply line. Throws what ask() throws.
std::string ask_to_change(transport::Link& server, const Present& present, const Entry& entry);

/// Whether a reply of ask_to_find() or ask_to_change() says that somebody else was quicker: the entry is gone, or is no
/// longer `present`.
bool is_overtaken(std::string_view reply);

/// Says on standard output that the entry is as it should be already. Throws std::system_error.
void say_unchanged(const Present& present);

/// Prints a reply that begins with `done`, and complains about any other. Throws std::system_error.
exit_status::Status report(std::string_view reply, std::string_view done);

/// ask_to_change() and the report() of it, or say_unchanged(). Nothing where somebody else was quicker. Throws what
/// these throw.
std::optional<exit_status::Status> change(transport::Link& server, const Present& present, const Entry& entry);

/// Calls `attempt` until it has a status. Each fails only because somebody else has made a change, a hundred in a row
/// are no accident: then it throws std::runtime_error, about the entry of `name`.
exit_status::Status try_until_done(const std::string& name,
                                   const std::function<std::optional<exit_status::Status>()>& attempt);

}  // namespace client
