// SPDX-License-Identifier: MIT
#include "client/names.hpp"

#include "client/replies.hpp"
#include "client/verbs.hpp"
#include "protocol/escape.hpp"

namespace client {

void for_each_name(transport::Link& server, const std::string& prefix,
                   const std::function<void(std::string_view name)>& take) {
  std::string request;
  append_request(request, *find_verb("list"), {&prefix, 1});
  for (std::string line = server.ask(request);; line = server.read_reply()) {
    refuse_control_characters(line);
    const auto colon = protocol::find_unescaped(line, ':');
    if (colon == std::string::npos || colon == 0 || line[colon - 1] != ' ') return;  // Found: or ERROR:
    const auto canonical = std::string_view(line).substr(0, colon - 1);
    if (protocol::bad_escape(canonical)) return;
    const std::string name = protocol::unescape(canonical);
    if (name.find_first_of("\n\r\t") == std::string::npos) take(name);
  }
}

}  // namespace client
