// SPDX-License-Identifier: MIT
// Reads the rows of the SQLite book for a list or a search. They are visited from within SQLite, by an SQL function of
// ours in the query, since returning each row costs a fifth of a scan.
#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <exception>
#include <string>
#include <string_view>

#include "store/store.hpp"

namespace store {

/// Throws DamagedEntry unless the record is one that we could have stored: what another program wrote into the table
/// must not control somebody's terminal or pass for another entry. `is_text`: whether it is of that type in the table,
/// where a blob of the same bytes is another name.
void expect_intact(const Record& record, bool is_text = true);

/// One scan, in order of names. Its arguments must outlive it.
class SqliteScan {
 public:
  /// Visits the records whose names begin with `prefix`, at most `limit` of them.
  SqliteScan(std::string_view prefix, std::size_t limit, const Visit& visit)
      : prefix_(prefix), left_(limit), visit_(visit) {}
  /// Visits the records that `filter` accepts.
  SqliteScan(const Filter& filter, const Visit& visit) : SqliteScan("", no_limit, visit) { filter_ = &filter; }

  [[nodiscard]] std::string_view prefix() const { return prefix_; }
  [[nodiscard]] bool is_whole() const { return prefix_.empty() && left_ == no_limit; }

  /// The SQL function `visit(name, entry)`, true when no more rows are wanted. Its user data points to a pointer to the
  /// scan.
  static void visit_row(sqlite3_context* context, int number, sqlite3_value** columns);

  /// Call after the last row. Throws what a filter or a visit has thrown.
  void finish();

 private:
  bool take(std::string_view name, std::string_view entry, bool is_text);
  bool visit_waiting();
  void join(std::string_view name, std::string_view entry);

  std::string_view prefix_;
  std::size_t left_;
  const Filter* filter_ = nullptr;
  const Visit& visit_;
  std::exception_ptr thrown_;
  bool waits_ = false;  // a row has come but has not been examined
  std::string row_;     // its name and entry, in the first size_ bytes
  std::size_t name_size_ = 0;
  std::size_t size_ = 0;
  bool is_text_ = true;
};

}  // namespace store
