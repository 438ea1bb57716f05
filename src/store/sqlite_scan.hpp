// SPDX-License-Identifier: MIT
// Rows of the SQLite book, as a list or a search reads them: visited from within SQLite, by a function of its own in
// the query, since to have each row returned costs a fifth of a scan.
#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <exception>
#include <string>
#include <string_view>

#include "store/store.hpp"

namespace store {

/// Throws DamagedEntry unless the record is one that we could have stored: what another program wrote into the table
/// must not drive somebody's terminal, nor look like another entry.
void expect_intact(const Record& record);

/// One reading of rows, by name. What it is given must outlive it.
class SqliteScan {
 public:
  /// Of the names that begin with `prefix`, at most `limit` of them.
  SqliteScan(std::string_view prefix, std::size_t limit, const Visit& visit)
      : prefix_(prefix), left_(limit), visit_(visit) {}
  /// Of the rows that `look` lets pass.
  SqliteScan(const Look& look, const Visit& visit) : SqliteScan("", no_limit, visit) { look_ = &look; }

  [[nodiscard]] std::string_view prefix() const { return prefix_; }
  [[nodiscard]] bool is_whole() const { return prefix_.empty() && left_ == no_limit; }

  /// `visit(name, entry)` in SQL, true when no more rows are wanted. Its user data points to a pointer to the scan.
  static void visit_row(sqlite3_context* context, int number, sqlite3_value** columns);

  /// After the last row. Throws what a look or a visit has thrown.
  void finish();

 private:
  bool take(std::string_view name, std::string_view entry);
  bool goes_on();
  void join(std::string_view name, std::string_view entry);

  std::string_view prefix_;
  std::size_t left_;
  const Look* look_ = nullptr;
  const Visit& visit_;
  std::exception_ptr thrown_;
  bool waits_ = false;
  std::string row_;  // that waits, of so many bytes
  std::size_t name_size_ = 0;
  std::size_t size_ = 0;
};

}  // namespace store
