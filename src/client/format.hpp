// SPDX-License-Identifier: MIT
// The formats in which entries can be printed, as a table; --format is made from it, --help and the completions are
// checked against it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "client/entry.hpp"
#include "client/record.hpp"

namespace client {

struct Format {
  std::string_view name;
  /// Appends the records of an entry: one, or as many as it has addresses. Null prints the reply's line.
  void (*append)(std::string& out, const Entry& entry, const Style& style);
  bool of_addresses = false;  // so that an entry may have no record, or several
  bool has_header = false;    // a first line tells how many records follow
  bool is_block = false;      // an empty line between two records
};

/// All formats; the first is the default.
std::span<const Format> formats();

/// The format called `name`, or null.
const Format* find_format(std::string_view name);

/// Appends a record for every value, not empty, of the fields that `label` covers.
void append_values(std::string& out, const Entry& entry, std::string_view label, const Style& style);

}  // namespace client
