// SPDX-License-Identifier: MIT
// The server's log: a line an event on standard error, where a supervisor picks it up and adds the time.
#pragma once

#include <string>

namespace transport {

/// Writes "addbook-serve: WHAT", control characters made harmless. A log that can't be written, or that nobody
/// reads, stops nothing: what does not fit is lost.
void log(const std::string& what);

}  // namespace transport
