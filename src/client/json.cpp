// SPDX-License-Identifier: MIT
#include "client/json.hpp"

#include <nlohmann/json.hpp>

namespace client {

void append_json(std::string& out, const Entry& entry, const Style& style) {
  nlohmann::ordered_json object;
  object["name"] = entry.name;
  for (std::size_t i = 0; i < entry.plain.size(); ++i) object[std::string(protocol::plain_fields[i])] = entry.plain[i];
  for (const auto& field : entry.fields) object[key_of(field)].push_back(field.value);
  // A server in order sends UTF-8 alone; for another, a replacement character rather than no output.
  out.append(object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)).push_back(style.end);
}

}  // namespace client
