// SPDX-License-Identifier: MIT
#include "transport/address.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <stdexcept>
#include <string_view>

#include "number.hpp"

namespace transport {
namespace {

[[noreturn]] void refuse(const std::string& text) {
  throw std::runtime_error(
      fmt::format("bad address: {}: it is unix:PATH, a path with a slash, or tcp:HOST:PORT", text));
}

bool is_port(std::string_view port) { return parse_number<std::uint16_t>(port).has_value(); }

}  // namespace

Address parse_address(const std::string& text) {
  if (text.starts_with("unix:") && text.size() > 5) return UnixAddress{text.substr(5)};
  if (text.starts_with("tcp:")) {
    const auto colon = text.rfind(':');
    if (colon < 4) refuse(text);
    std::string host = text.substr(4, colon - 4);
    std::string port = text.substr(colon + 1);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    else if (host.find(':') != std::string::npos) refuse(text);
    if (!is_port(port)) refuse(text);
    return TcpAddress{std::move(host), std::move(port)};
  }
  if (text.find('/') != std::string::npos) return UnixAddress{text};
  refuse(text);
}

}  // namespace transport
