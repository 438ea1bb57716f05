// SPDX-License-Identifier: MIT
#include "store/sqlite_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory_resource>
#include <utility>

#include "protocol/canonical.hpp"
#include "protocol/escape.hpp"
#include "protocol/limits.hpp"
#include "protocol/unicode.hpp"
#include "sys/error.hpp"

namespace store {

namespace {

bool contains(std::string_view text, char c) { return text.find(c) != std::string_view::npos; }

bool is_canonical(const Record& record) {
  if (record.name.empty() || protocol::bad_escape(record.name) || protocol::bad_escape(record.entry)) return false;
  std::pmr::monotonic_buffer_resource memory;
  return protocol::canonical_name(record.name, memory) == record.name &&
         protocol::canonical_entry(record.entry, memory) == record.entry;
}

/// A quick check that most intact records pass.
bool is_plain(const Record& record, std::string_view bytes) {
  return !record.name.empty() && bytes.size() <= protocol::max_name && protocol::is_plain_ascii(bytes) &&
         !contains(bytes, '\\') && !contains(record.name, ':') && !contains(record.name, ',');
}

}  // namespace

void expect_intact(const Record& record, bool is_text) {
  const bool fits = is_text && record.name.size() <= protocol::max_name && record.entry.size() <= protocol::max_line;
  if (fits && protocol::find_fault(record.name) == protocol::Fault::none &&
      protocol::find_fault(record.entry) == protocol::Fault::none && is_canonical(record)) {
    return;
  }
  const std::string_view shown = protocol::cut(record.name, protocol::max_word_shown);
  throw DamagedEntry(sys::printable(fmt::format("Damaged entry: {}", shown)));
}

/// Puts name and entry side by side, so that one pass checks both, here and in the filter.
inline void SqliteScan::join(std::string_view name, std::string_view entry) {
  waits_ = true;
  name_size_ = name.size();
  size_ = name.size() + entry.size();
  if (row_.size() < size_) row_.resize(size_);
  std::copy(entry.begin(), entry.end(), std::copy(name.begin(), name.end(), row_.data()));
}

/// Examines the waiting row, and visits it if it is wanted. False when no more rows are.
inline bool SqliteScan::visit_waiting() {
  if (left_ == 0) return false;
  if (!std::exchange(waits_, false)) return true;
  const std::string_view bytes(row_.data(), size_);
  if (filter_ != nullptr && !(*filter_)(bytes)) return true;
  const Record record{bytes.substr(0, name_size_), bytes.substr(name_size_)};
  if (!is_text_ || !is_plain(record, bytes)) expect_intact(record, is_text_);
  visit_(record);
  return --left_ > 0;
}

/// False when no more rows are wanted. Examining a row is delayed until the next one arrives, to avoid a
/// store-forwarding stall on the bytes just copied.
inline bool SqliteScan::take(std::string_view name, std::string_view entry, bool is_text) try {
  if (!visit_waiting() || !name.starts_with(prefix_)) return false;
  join(name, entry);
  is_text_ = is_text;
  return true;
} catch (...) {
  thrown_ = std::current_exception();  // an exception must not pass through SQLite
  return false;
}

void SqliteScan::visit_row(sqlite3_context* context, int /*number*/, sqlite3_value** columns) {
  const auto text = [](sqlite3_value* value) {
    const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
    return std::string_view(bytes, static_cast<std::size_t>(sqlite3_value_bytes(value)));
  };
  SqliteScan& scan = **static_cast<SqliteScan**>(sqlite3_user_data(context));
  const auto is_text = [](sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_TEXT; };
  const bool are_text = is_text(columns[0]) && is_text(columns[1]);
  if (!scan.take(text(columns[0]), text(columns[1]), are_text)) sqlite3_result_int(context, 1);
}

void SqliteScan::finish() {
  if (thrown_) std::rethrow_exception(thrown_);
  (void)visit_waiting();
}

}  // namespace store
