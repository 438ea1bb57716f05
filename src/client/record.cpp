// SPDX-License-Identifier: MIT
#include "client/record.hpp"

namespace client {

void append_in_line(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '\n') out.append("\\n");
    else if (c == '\r') out.append("\\r");
    else if (c == '\t') out.append("\\t");
    else out.push_back(c);
  }
}

void append_record(std::string& out, std::string_view text, const Style& style) {
  if (style.end == '\0') out.append(text);
  else append_in_line(out, text);
  out.push_back(style.end);
}

}  // namespace client
