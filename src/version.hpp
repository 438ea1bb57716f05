// SPDX-License-Identifier: MIT
// The version of the set, the same for all its programs.
#pragma once

#include <string_view>

inline constexpr std::string_view version = "0.1.0";
