// SPDX-License-Identifier: MIT
// Addresses as users write them: `unix:PATH` or a path with a slash, `tcp:HOST:PORT`, `tcp:[IPV6]:PORT`.
#pragma once

#include <string>
#include <variant>

namespace transport {

struct UnixAddress {
  std::string path;
};
struct TcpAddress {
  std::string host;  // empty: all addresses of this machine
  std::string port;
};
using Address = std::variant<UnixAddress, TcpAddress>;

/// Throws std::runtime_error that shows the text and the accepted forms.
Address parse_address(const std::string& text);

}  // namespace transport
