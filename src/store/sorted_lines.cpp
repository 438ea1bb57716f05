// SPDX-License-Identifier: MIT
#include "store/sorted_lines.hpp"

#include "protocol/escape.hpp"

namespace store {
namespace {

Record record_of(std::string_view line) {
  const auto colon = protocol::find_unescaped(line, ':');
  return {line.substr(0, colon), line.substr(colon + 1)};
}

}  // namespace

/// The lines from the first one whose name is not less than `name`.
std::string_view SortedLines::from(std::string_view name) const {
  std::size_t first = 0;  // both are the start of a line or the end; the wanted one is in [first, last]
  std::size_t last = text_.size();
  while (first < last) {
    const std::size_t middle = first + (last - first) / 2;
    const std::size_t start = text_.substr(0, middle).rfind('\n') + 1;  // npos + 1 is 0
    std::string_view rest = text_.substr(start);
    if (record_of(take_line(rest)).name < name) first = text_.size() - rest.size();
    else last = start;
  }
  return text_.substr(first);
}

void SortedLines::find(std::span<const std::string_view> names, const Found& found) const {
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::string_view rest = from(names[i]);
    std::optional<std::string_view> entry;
    if (!rest.empty()) {
      const Record record = record_of(take_line(rest));
      if (record.name == names[i]) entry = record.entry;
    }
    found(i, entry);
  }
}

void SortedLines::search(const Filter& filter, const Visit& visit) const {
  for (std::string_view rest = text_; !rest.empty();) {
    const std::string_view line = take_line(rest);
    if (filter(line)) visit(record_of(line));
  }
}

void SortedLines::list(std::string_view prefix, std::size_t limit, const Visit& visit) const {
  for (std::string_view rest = from(prefix); !rest.empty() && limit > 0; --limit) {
    const Record record = record_of(take_line(rest));
    if (!record.name.starts_with(prefix)) return;
    visit(record);
  }
}

}  // namespace store
