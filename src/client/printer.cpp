// SPDX-License-Identifier: MIT
#include "client/printer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace client {

void Printer::take(std::string_view line, std::string& out) {
  std::string& to = output_.format->has_header ? held_ : out;
  const std::size_t before = to.size();
  append(to, line);
  ++taken_;
  if (to.size() > before) ++printed_;
}

void Printer::append(std::string& out, std::string_view line) const {
  const Style& style = output_.style;
  if (!output_.label.empty()) {
    append_values(out, parse_entry(line), output_.label, style);
  } else if (output_.format->append == nullptr) {
    out.append(line).push_back(style.end);
  } else {
    if (output_.format->is_block && printed_ > 0 && style.end == '\n') out.push_back('\n');
    output_.format->append(out, parse_entry(line), style);
  }
}

exit_status::Status Printer::finish(std::string& out) {
  if (output_.format->has_header) {
    const auto records = std::count(held_.begin(), held_.end(), output_.style.end);
    out.append(records > 0 ? fmt::format("Addresses: {}", records) : "No address found").push_back(output_.style.end);
    out.append(held_);
  }
  return taken_ > 0 && printed_ == 0 ? exit_status::not_found : exit_status::done;
}

}  // namespace client
