// SPDX-License-Identifier: MIT
// Starts a server: on standard input and output, on addresses of its own, or on sockets passed by a supervisor.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "book/book.hpp"
#include "server/access.hpp"
#include "server/listener.hpp"
#include "server/server.hpp"

namespace server {

struct ServeOptions {
  std::vector<std::string> addresses;
  ListenOptions listen;
  AccessList access;
  Limits limits;
  unsigned workers = 1;
  int ready_fd = -1;
  bool verbose = false;
  std::string socket_option;  // an option that was given, and has no effect without a socket
};

/// Opens the book again at each call, since a forked process needs a connection of its own to it.
using OpenBook = std::function<std::unique_ptr<book::Book>()>;

/// Serves and returns the exit status. Throws std::runtime_error, std::system_error.
int serve(const ServeOptions& options, const OpenBook& open_book);

}  // namespace server
