// SPDX-License-Identifier: MIT
// `help TOPIC`: the manual page that tells of a verb, a program or the protocol.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tools {

/// Becomes man(1) with the page on `topic`: one of `verbs`, a program, or the protocol. Throws UsageError for any other
/// topic, std::system_error where there is no man(1).
[[noreturn]] void open_manual(const std::string& topic, std::span<const std::string_view> verbs);

}  // namespace tools
