// SPDX-License-Identifier: MIT
#include "transport/log.hpp"

#include <system_error>

#include "sys/error.hpp"
#include "sys/fd.hpp"

namespace transport {

void log(const std::string& what) try {
  (void)sys::write_all(2, sys::printable("addbook-serve: " + what) + "\n", "standard error");
} catch (const std::system_error&) {
  // There is nowhere to say it.
}

}  // namespace transport
