// SPDX-License-Identifier: MIT
// Joins two programs by two pipes, as in UCSPI: the server on its descriptors 0 and 1, the client on its 6 and 7. We
// copy no bytes: we connect the two, wait, and make sure that both end.
//
//   client 7 ---pipe---> 0 server
//   client 6 <---pipe--- 1 server
#pragma once

#include <string>
#include <vector>

namespace transport {

struct ProgramToRun {
  std::vector<std::string> argv;
  std::string name;  // for messages
};

/// Runs both until they end and returns the exit status: the client's (128+N if signal N killed it), 2 if the server
/// failed, 126 or 127 if one can't be run. SIGINT, SIGTERM and SIGHUP end first the client, then the server. Throws
/// std::system_error.
int join(const ProgramToRun& server, const ProgramToRun& client);

/// Connects to the server listening on `address` and becomes the client, with the socket as its 6 and 7. Returns only
/// if the client can't be run: 126 or 127. Throws std::runtime_error.
int run_connected(const std::string& address, const ProgramToRun& client);

/// Becomes a client that needs no server. Returns only if it can't be run: 126 or 127.
int run_alone(const ProgramToRun& client);

}  // namespace transport
