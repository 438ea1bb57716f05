// SPDX-License-Identifier: MIT
// SQLite statements (https://www.sqlite.org/c3ref/stmt.html), each prepared when first run, so that a single find pays
// only for its own.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string_view>

namespace store {

struct Statement {
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  const char* sql;
  std::unique_ptr<sqlite3_stmt, Finalize> prepared{};  // must be destroyed before its database
};

/// Runs a statement once, or several times with a reset() before each but the first. The destructor resets it too,
/// which ends its hold on the book.
class Run {
 public:
  Run(sqlite3* database, Statement& statement) {
    if (!statement.prepared) {
      sqlite3_stmt* fresh = nullptr;
      failed_ = sqlite3_prepare_v3(database, statement.sql, -1, SQLITE_PREPARE_PERSISTENT, &fresh, nullptr);
      statement.prepared.reset(fresh);
    }
    statement_ = statement.prepared.get();
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() { sqlite3_reset(statement_); }

  /// The text must outlive the next step. Empty text is bound as such, not as NULL.
  void bind(int position, std::string_view text) {
    if (failed_ != SQLITE_OK) return;
    sqlite3_bind_text(statement_, position, text.empty() ? "" : text.data(), static_cast<int>(text.size()),
                      SQLITE_STATIC);
  }
  /// SQLITE_ROW, SQLITE_DONE or an error.
  int step() { return failed_ != SQLITE_OK ? failed_ : sqlite3_step(statement_); }
  /// Reads a blob, which is the bytes in place; as text, SQLite would copy them to append a NUL.
  [[nodiscard]] std::string_view text(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  /// Whether the column is of that type: a blob of the same bytes is another key.
  [[nodiscard]] bool is_text(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_TEXT; }
  [[nodiscard]] std::int64_t number() const { return sqlite3_column_int64(statement_, 0); }
  void reset() { sqlite3_reset(statement_); }

 private:
  sqlite3_stmt* statement_ = nullptr;
  int failed_ = SQLITE_OK;
};

}  // namespace store
