// SPDX-License-Identifier: MIT
#include "client/entry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "client/reply_line.hpp"
#include "protocol/escape.hpp"

namespace client {
namespace {

Field parse_field(std::string_view text) {
  const std::string_view label = protocol::label_of(text);
  if (!label.empty()) text.remove_prefix(label.size() + 1);
  return {std::string(label), protocol::unescape(text)};
}

}  // namespace

Entry parse_entry(std::string_view line) {
  const auto parts = parse_data_line(line);
  if (!parts || protocol::bad_escape(line)) {
    constexpr std::size_t most_shown = 64;
    throw std::runtime_error(fmt::format("not an entry: {}", line.substr(0, most_shown)));
  }
  Entry entry;
  entry.name = protocol::unescape(parts->name);
  const std::string_view fields = parts->entry;
  for (std::size_t position = 0, start = 0; start <= fields.size(); ++position) {
    const auto end = std::min(protocol::find_unescaped(fields, ',', start), fields.size());
    const std::string_view text = fields.substr(start, end - start);
    if (position < entry.plain.size()) entry.plain[position] = protocol::unescape(text);
    else entry.fields.push_back(parse_field(text));
    start = end + 1;
  }
  return entry;
}

void append_entry(std::string& out, const Entry& entry) {
  std::size_t given = entry.plain.size();
  while (entry.fields.empty() && given > 0 && entry.plain[given - 1].empty()) --given;
  for (std::size_t i = 0; i < given; ++i) {
    if (i > 0) out.push_back(',');
    protocol::append_escaped(out, entry.plain[i], protocol::Place::field);
  }
  for (const auto& field : entry.fields) {
    out.push_back(',');
    append_field(out, field);
  }
}

void append_field(std::string& out, const Field& field) {
  if (!field.label.empty()) out.append(field.label).push_back('=');
  protocol::append_escaped(out, field.value, protocol::Place::field);
}

std::string key_of(const Field& field) {
  const bool taken = field.label == "name" || protocol::place_of_plain_field(field.label);
  return taken ? field.label + "=" : field.label;
}

}  // namespace client
