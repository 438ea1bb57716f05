// SPDX-License-Identifier: MIT
// The header of a message on a descriptor: the lines before the first empty one.
#pragma once

#include <cstddef>
#include <string>

namespace mail {

inline constexpr std::size_t max_header = 1 << 20;  // bytes; mail servers refuse less than that
inline constexpr std::size_t max_body = 1 << 26;    // bytes that are read, and dropped, for the writer's sake

/// Reads a message's header, without the `From ` line of an mbox and without the empty line that ends it. What follows
/// is read and dropped, up to max_body, so that the program that writes it is not killed by a broken pipe. Throws
/// std::runtime_error for a header that is longer than max_header, std::system_error.
std::string read_header(int fd);

}  // namespace mail
