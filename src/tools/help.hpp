// SPDX-License-Identifier: MIT
// `help TOPIC`: the manual page that tells of a verb, a program or the protocol.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "exit_status.hpp"

namespace tools {

/// Becomes man(1) with the page on `topic`: one of `verbs`, a program, or the protocol. Returns only where that can't
/// be run. Throws UsageError for any other topic.
exit_status::Status open_manual(const std::string& topic, std::span<const std::string_view> verbs);

}  // namespace tools
