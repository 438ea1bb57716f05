// SPDX-License-Identifier: MIT
// The environment of this process.
#pragma once

#include <cstdlib>
#include <string_view>

namespace sys {

/// The value of a variable, empty where it is not set. It lives as long as nobody changes the environment.
inline std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

}  // namespace sys
