// SPDX-License-Identifier: MIT
#include "server/log.hpp"

#include <fmt/format.h>

#include <exception>

#include "sys/error.hpp"
#include "sys/fd.hpp"

namespace server {

void log(const std::string& what) noexcept try {
  const std::string text = sys::printable(fmt::format("{}: {}", sys::program_name(), what)) + "\n";
  std::string_view line = text;
  (void)sys::Outlet(2, "standard error").write_now(line);
} catch (const std::exception&) {
  // There is nowhere to report it.
}

void log(const Peer& peer, std::string_view what) { log(fmt::format("client {}: {}", peer.name, what)); }

}  // namespace server
