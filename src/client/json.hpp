// SPDX-License-Identifier: MIT
// An entry as a JSON object (RFC 8259), by nlohmann-json (packaged, maintained).
#pragma once

#include <string>

#include "client/entry.hpp"
#include "client/record.hpp"

namespace client {

/// `name`, `number`, `street`, `town` and `phone` as strings, each always there; then every label as an array of its
/// values, under key_of(); fields without a label under the empty key.
void append_json(std::string& out, const Entry& entry, const Style& style);

}  // namespace client
