// SPDX-License-Identifier: MIT
#include "client/set.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "client/assign.hpp"
#include "client/change.hpp"
#include "protocol/reply.hpp"
#include "sys/error.hpp"
#include "sys/fd.hpp"

namespace client {
namespace {

/// Each try fails only because another change has been made, so many in a row are no accident.
constexpr int most_tries = 100;

}  // namespace

Status set(transport::Link& server, const std::string& name, std::span<const std::string> assignments) {
  Entry nobody;
  assign(nobody, assignments);  // a mistake in them is told whether or not there is an entry
  for (int i = 0; i < most_tries; ++i) {
    Status status = found;
    const auto present = look_up(server, name, status);
    if (!present) return status;
    Entry changed = present->entry;
    assign(changed, assignments);
    if (changed == present->entry) {
      say_unchanged(*present);
      return found;
    }
    const std::string reply = ask_to_change(server, *present, changed);
    if (reply.starts_with(protocol::differs_prefix) || reply.starts_with(protocol::sorry_prefix)) continue;
    if (reply.starts_with(protocol::changed_prefix)) {
      (void)sys::write_all(1, reply + "\n", "standard output");
      return found;
    }
    sys::complain(reply);
    return failed;
  }
  throw std::runtime_error(fmt::format("others change the entry all the time: {}", name));
}

}  // namespace client
