// SPDX-License-Identifier: MIT
#include "client/names.hpp"

#include "client/reply_line.hpp"
#include "client/request_line.hpp"
#include "protocol/escape.hpp"

namespace client {

void for_each_name(transport::Link& server, const std::string& prefix,
                   const std::function<void(std::string_view name)>& take) {
  std::string request;
  append_request(request, protocol::Verb::lst, {&prefix, 1});
  for (std::string line = server.ask(request);; line = server.read_reply()) {
    refuse_control_characters(line);
    const auto entry = parse_data_line(line);
    if (!entry || protocol::bad_escape(entry->name)) return;  // Found: or ERROR:
    const std::string name = protocol::unescape(entry->name);
    if (name.find_first_of("\n\r\t") == std::string::npos) take(name);
  }
}

}  // namespace client
