// SPDX-License-Identifier: MIT
// The SQLite book (`.db`, the default): one table `entry(name primary key, entry)`, in WAL mode with synchronous=FULL.
//
// Why the locking is ours: SQLite before 3.51.3 has a race when two connections write or checkpoint a WAL at the same
// instant. So every write transaction and every checkpoint runs under an exclusive flock(2) on BOOK.lock, with SQLite's
// automatic checkpoints switched off. That lock also queues writers, so nobody is told that the book is busy.
//
// Why there is an index: a find by SQLite costs some microseconds, one in memory a tenth of that, but reading the whole
// table costs time too. So the index is built once the finds so far, with those known to be coming, have cost about
// what reading the table would (the ski rental rule: never more than twice the best choice). Our own writes keep it up
// to date. Another process's commit drops it: PRAGMA data_version tells, and while the header of the WAL-index is
// unchanged, even that query is saved.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/book_file.hpp"
#include "store/index.hpp"
#include "store/statement.hpp"
#include "store/wal.hpp"

namespace store {

class SqliteScan;

class Sqlite final : public Store {
 public:
  /// Opens the book, creating it and its folders when missing. Throws std::runtime_error, std::system_error.
  explicit Sqlite(const std::string& path);
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;
  ~Sqlite() override;

  void begin(Access access, std::size_t expected) override;
  void commit() override;
  void roll_back() override;
  void find(std::span<const std::string_view> names, const Found& found) override;
  void put(std::span<const Record> records) override;
  void erase(std::span<const std::string_view> names, const Erased& erased) override;
  std::uint64_t count() override;
  void list(std::string_view prefix, std::size_t limit, const Visit& visit) override;
  void search(const Filter& filter, const Visit& visit) override;

  /// For the tests: whether finds are answered from memory.
  [[nodiscard]] bool is_indexed() const { return index_.has_value(); }

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
  };
  struct Statements {
    Statement begin_read{"BEGIN"};
    Statement begin_write{"BEGIN IMMEDIATE"};
    Statement commit{"COMMIT"};
    Statement roll_back{"ROLLBACK"};
    Statement find{"SELECT entry FROM entry WHERE name = ?"};
    Statement put{"INSERT INTO entry VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET entry = excluded.entry"};
    Statement erase{"DELETE FROM entry WHERE name = ?"};
    Statement count{"SELECT count(*) FROM entry"};
    Statement scan{
        "SELECT NULL FROM entry INDEXED BY sqlite_autoindex_entry_1 "  // by name, without sorting
        "WHERE name >= ? AND visit(name, entry) ORDER BY name"};
    Statement pages{"PRAGMA page_count"};
    Statement version{"PRAGMA data_version"};
    Statement journal{"PRAGMA journal_mode"};
  };
  /// With fewer finds than this, it doesn't pay even to ask how large the book is.
  static constexpr std::size_t first_due = 16;
  /// A WAL of this many pages (4 MB) is never too large.
  static constexpr std::int64_t fewest_wal_pages = 2'000;

  class Mapped;  // reads the file through mmap(2)

  void connect();
  void create_or_refuse();
  void execute(const char* sql);
  std::int64_t number(Statement& statement);
  void refuse_if_moved() const;
  void refuse_another_table();
  void mend_modes();
  void ready_to_write();
  void begin_write();
  void scan(SqliteScan& scan);
  void drop_index();
  void build_index_if_due(std::size_t asked);
  void drop_failed_commit();
  void checkpoint();
  void checkpoint_if_due();
  [[nodiscard]] std::string reason() const;
  [[noreturn]] void throw_unreadable() const;
  [[noreturn]] void throw_refused();
  static int note_wal_pages(void* self, sqlite3*, const char*, int pages);

  BookFile book_;
  std::unique_ptr<sqlite3, Close> database_;
  Statements statements_;       // after database_, so that they are destroyed first
  SqliteScan* scan_ = nullptr;  // the one that is running
  std::vector<Record> sorted_;  // what put() is writing
  bool in_transaction_ = false;
  bool patient_ = true;
  bool commit_failed_ = false;  // and may have left something in the WAL
  bool sync_failed_ = false;    // nothing is synced from then on
  bool has_wal_ = false;        // as far as we know
  bool wrote_ = false;          // at least once: then this connection tidies up when it closes
  std::int64_t wal_pages_ = 0;
  std::int64_t most_wal_pages_ = fewest_wal_pages;  // reconsidered when there are more

  std::optional<Index> index_;
  std::int64_t index_version_ = 0;  // the PRAGMA data_version that index_ reflects
  WalHeader header_{};              // read just before index_ was last found up to date
  std::size_t asked_ = 0;           // finds that SQLite has answered since the last index, if any
  std::size_t expected_ = 0;        // finds that are on their way
  std::size_t due_ = first_due;     // how many finds it takes to consider an index
};

}  // namespace store
