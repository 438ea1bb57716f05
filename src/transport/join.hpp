// SPDX-License-Identifier: MIT
// Two programs joined by two pipes, as in UCSPI: the server on its 0 and 1, the client on its 6 and 7. The joiner
// copies no bytes; it plumbs, waits, and sees to it that both end.
//
//   client 7 ---pipe---> 0 server
//   client 6 <---pipe--- 1 server
#pragma once

#include <string>
#include <vector>

namespace transport {

struct Program {
  std::vector<std::string> argv;
  std::string name;  // for messages
};

/// Runs both to their end and returns the exit status: the client's (128+N when signal N killed it), 2 when the server
/// failed, 126 or 127 when one can't be run. Complaints go to standard error as those of `self`. SIGINT, SIGTERM and
/// SIGHUP end the client first and then the server. Throws std::system_error.
int join(const Program& server, const Program& client, std::string_view self);

/// Connects to a server that listens on `address` and becomes the client, with the socket as its 6 and 7. Returns only
/// when the client can't be run: 126 or 127. Throws std::runtime_error.
int run_connected(const std::string& address, const Program& client, std::string_view self);

}  // namespace transport
