// SPDX-License-Identifier: MIT
// UCSPI, by which a client finds its server (https://cr.yp.to/proto/ucspi.txt): what both sides must agree on.
#pragma once

namespace transport::ucspi {

/// The client's descriptors; the server uses its standard input and output.
inline constexpr int from_server = 6;
inline constexpr int to_server = 7;
/// The environment variable that tells a client how it is connected (`PIPE`, `UNIX`, `TCP`, ...).
inline constexpr const char* protocol_variable = "PROTO";

}  // namespace transport::ucspi
