// SPDX-License-Identifier: MIT
// Reading an entry, and changing it only if it still is what was read.
#pragma once

#include <optional>
#include <string>

#include "client/entry.hpp"
#include "client/status.hpp"
#include "transport/link.hpp"

namespace client {

/// An entry as the server has it.
struct Present {
  std::string name;  // in canonical form
  std::string text;  // ENTRY in canonical form
  Entry entry;       // the same, understood
};

/// Asks for the entry. Without one it has complained, and `status` says what of. Throws transport::ServerGone,
/// std::runtime_error.
std::optional<Present> look_up(transport::Link& server, const std::string& name, Status& status);

/// Asks to put `entry` in the place of `present`. Returns the reply line. Throws as look_up.
std::string ask_to_change(transport::Link& server, const Present& present, const Entry& entry);

/// Says on standard output that the entry is as it should be already.
void say_unchanged(const Present& present);

}  // namespace client
