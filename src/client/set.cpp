// SPDX-License-Identifier: MIT
#include "client/set.hpp"

#include "client/assign.hpp"
#include "client/change.hpp"

namespace client {

exit_status::Status set(transport::Link& server, const std::string& name, std::span<const std::string> assignments) {
  Entry nobody;
  assign(nobody, assignments);  // reports a mistake in them whether or not there is an entry
  return try_until_done(name, [&]() -> std::optional<exit_status::Status> {
    const auto [status, present] = look_up(server, name);
    if (!present) return status;
    Entry changed = present->entry;
    assign(changed, assignments);
    return change(server, *present, changed);
  });
}

}  // namespace client
