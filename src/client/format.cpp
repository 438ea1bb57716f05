// SPDX-License-Identifier: MIT
#include "client/format.hpp"

#include <algorithm>
#include <array>

#include "client/card.hpp"
#include "client/json.hpp"
#include "client/mailbox.hpp"
#include "protocol/escape.hpp"

namespace client {
namespace {

void append_name(std::string& out, const Entry& entry, const Style& style) { append_record(out, entry.name, style); }

/// Name and fields are both escaped as in the protocol.
void append_tsv(std::string& out, const Entry& entry, const Style& style) {
  protocol::append_escaped(out, entry.name, protocol::Place::name);
  for (const auto& value : entry.plain) {
    out.push_back('\t');
    protocol::append_escaped(out, value, protocol::Place::field);
  }
  for (const auto& field : entry.fields) {
    out.push_back('\t');
    append_field(out, field);
  }
  out.push_back(style.end);
}

constexpr std::array<Format, 8> all{{
    {"plain", nullptr},
    {"names", append_name},
    {"tsv", append_tsv},
    {"jsonl", append_json},
    {"mutt", append_address, true, true},
    {"aerc", append_address, true},
    {"rfc5322", append_mailbox, true},
    {"card", append_card, false, false, true},
}};

}  // namespace

std::span<const Format> formats() { return all; }

const Format* find_format(std::string_view name) {
  const auto* format = std::find_if(all.begin(), all.end(), [name](const auto& one) { return one.name == name; });
  return format == all.end() ? nullptr : format;
}

void append_values(std::string& out, const Entry& entry, std::string_view label, const Style& style) {
  for_each_value(entry, label, [&](std::string_view value) { append_record(out, value, style); });
}

}  // namespace client
