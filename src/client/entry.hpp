// SPDX-License-Identifier: MIT
// The client's idea of an entry: plain text, taken from a data line of a reply, and the way back.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/label.hpp"

namespace client {

/// A field that stands after the first four. Without a label, the label is empty.
struct Field {
  std::string label;
  std::string value;

  bool operator==(const Field&) const = default;
};

/// Plain text throughout: no escapes.
struct Entry {
  std::string name;
  std::array<std::string, protocol::plain_fields.size()> plain;  // number, street, town, phone
  std::vector<Field> fields;                                     // the others, in order; labels may repeat

  bool operator==(const Entry&) const = default;
};

/// The entry of a data line `NAME : ENTRY` in canonical form. Throws std::runtime_error for any other line.
Entry parse_entry(std::string_view line);

/// Appends ENTRY in canonical form: what follows the name and its comma in `add:`. Of the first four fields, the empty
/// ones at the end are left out where no other field follows.
void append_entry(std::string& out, const Entry& entry);

/// Appends one of its fields as it stands in ENTRY: `LABEL=VALUE`, or the value alone, escaped.
void append_field(std::string& out, const Field& field);

/// What a field is called where labels stand beside the names of the four and of the entry itself (a card, JSON): its
/// label, but `phone=` for the label `phone`, which would be taken for the fourth field.
std::string key_of(const Field& field);

/// Calls `take(value)` for every value that is not empty, in order, of the fields that `label` covers: `email` covers
/// `email.work`, `phone` the fourth field too, `name` the name.
template <typename Take>
void for_each_value(const Entry& entry, std::string_view label, Take take) {
  const auto offer = [&](std::string_view one, const std::string& value) {
    if (!value.empty() && protocol::covers(label, one)) take(value);
  };
  offer("name", entry.name);
  for (std::size_t i = 0; i < entry.plain.size(); ++i) offer(protocol::plain_fields[i], entry.plain[i]);
  for (const auto& field : entry.fields) {
    if (!field.label.empty()) offer(field.label, field.value);
  }
}

}  // namespace client
