// SPDX-License-Identifier: MIT
// `help TOPIC`: the manual page that tells of a verb, a program or the protocol.
#pragma once

#include <string>
#include <vector>

namespace tools {

/// Becomes man(1) with the page of the one topic, or with that of addbook without any. Throws UsageError for what is
/// no topic, std::system_error where there is no man(1).
[[noreturn]] void open_manual(const std::vector<std::string>& topics);

}  // namespace tools
