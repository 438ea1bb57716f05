// SPDX-License-Identifier: MIT
#include "store/sqlite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "store/joined_writes.hpp"
#include "store/page_cache.hpp"
#include "store/sqlite_scan.hpp"
#include "sys/error.hpp"

namespace store {
namespace {

/// PRAGMA user_version, for the table below.
constexpr std::int64_t schema_version = 1;
/// Milliseconds to wait for a writer that doesn't know our lock, such as the `sqlite3` command.
constexpr int busy_timeout = 4'000;
/// A commit writes whole pages, most of them for one entry: smaller pages mean less to write, but a deeper tree
/// (measured with 64 random changes per commit: 1 KiB and 4 KiB are both slower by a tenth).
constexpr int page_bytes = 2'048;
/// A WAL that has this many pages for each page of the book is copied into the book, then written from its start again:
/// a page that has changed several times is copied once.
constexpr std::int64_t wal_pages_per_page = 4;
constexpr std::int64_t most_wal_pages_ever = 32'000;  // 64 MB
/// Reading a page into the index costs about as much as this many finds (measured: some 9 us against 2 us).
constexpr std::size_t finds_per_page = 5;
constexpr auto never = static_cast<std::size_t>(-1);

constexpr std::string_view table = "CREATE TABLE entry (name TEXT PRIMARY KEY, entry TEXT NOT NULL) WITHOUT ROWID";

constexpr const char* schema = R"(
  PRAGMA page_size = {};
  PRAGMA journal_mode = WAL;
  BEGIN IMMEDIATE;
  {};
  PRAGMA application_id = 0x61646462;  -- "addb", for file(1)
  PRAGMA user_version = 1;
  COMMIT;
)";

/// For a connection that writes. The journal mode is stored in the book, but another program may have changed it. Pages
/// must not spill to the WAL before their commit: after a rollback they would still be among the joined writes, and be
/// written later, over another process's commit.
constexpr const char* writing = R"(
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA cache_size = -65536;
  PRAGMA cache_spill = OFF;
)";

}  // namespace

/// While it lives, pages are read in place from the kernel's cache, without a system call and a copy for each
/// (measured: a third of the time of a scan). For scans only, since a disk error then kills the process with SIGBUS.
/// The file can't shrink during a transaction.
class Sqlite::Mapped {
 public:
  explicit Mapped(sqlite3* database) : database_(database) { set("PRAGMA mmap_size = 0x7fff0000"); }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  ~Mapped() { set("PRAGMA mmap_size = 0"); }

 private:
  void set(const char* sql) { sqlite3_exec(database_, sql, nullptr, nullptr, nullptr); }
  sqlite3* database_;
};

Sqlite::Sqlite(const std::string& path) : book_(path) {
  connect();
  Statement version{"PRAGMA user_version"};
  if (number(version) != schema_version) create_or_refuse();  // a single query, since every start makes it
}

Sqlite::~Sqlite() {
  statements_ = {};
  if (!wrote_ || sync_failed_) return;
  // The last connection to close copies the WAL into the database, so that the book is one file again. What is left of
  // the WAL is empty. It stays, and so does its index: on a full disk there would be no room to make them anew.
  try {
    if (!book_.is_locked()) book_.lock_soon();
    int keep = 1;
    sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
    sqlite3_exec(database_.get(), "PRAGMA journal_size_limit = 0", nullptr, nullptr, nullptr);
    sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
  } catch (const NotStored&) {
    // Then the WAL stays, and the next to open the book reads it.
  }
  database_.reset();
}

void Sqlite::connect() {
  configure_sqlite();
  sqlite3* database = nullptr;
  const int code =
      sqlite3_open_v2(book_.path().c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, joined_writes());
  database_.reset(database);
  if (code != SQLITE_OK)
    throw std::runtime_error(fmt::format("cannot open {}: {}", sys::printable(book_.shown()), reason()));
  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, busy_timeout);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_wal_hook(database, note_wal_pages, this);  // this also switches SQLite's automatic checkpoints off
}

void Sqlite::create_or_refuse() {
  book_.lock();
  Statement version{"PRAGMA user_version"};
  Statement tables{"SELECT count(*) FROM sqlite_schema"};
  if (number(version) != schema_version) {  // otherwise it has just been created by another process
    if (number(version) != 0 || number(tables) != 0) {
      throw std::runtime_error(
          fmt::format("cannot read {}: not an address book of this version", sys::printable(book_.shown())));
    }
    execute(fmt::format(schema, page_bytes, table).c_str());
    execute(writing);
    wrote_ = has_wal_ = true;
  }
  book_.unlock();
}

std::string Sqlite::reason() const {
  const int code = sqlite3_extended_errcode(database_.get());
  std::string text = sqlite3_errmsg(database_.get());
  const int system = sqlite3_system_errno(database_.get());
  const bool is_system = (code & 0xFF) == SQLITE_IOERR || (code & 0xFF) == SQLITE_CANTOPEN;
  if (is_system && system != 0) text += fmt::format(": {}", std::generic_category().message(system));
  return sys::printable(text);
}

void Sqlite::throw_unreadable() const {
  throw std::runtime_error(fmt::format("cannot read {}: {}", sys::printable(book_.shown()), reason()));
}

void Sqlite::throw_refused() {
  const int code = sqlite3_extended_errcode(database_.get());
  if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC) sync_failed_ = true;
  commit_failed_ = commit_failed_ || (code & 0xFF) == SQLITE_IOERR || (code & 0xFF) == SQLITE_FULL;
  if (sync_failed_) throw OutcomeUnknown(reason());
  throw NotStored(reason());
}

void Sqlite::execute(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw std::runtime_error(fmt::format("cannot make {}: {}", sys::printable(book_.shown()), reason()));
  }
}

std::int64_t Sqlite::number(Statement& statement) {
  Run run(database_.get(), statement);
  if (run.step() != SQLITE_ROW) throw_unreadable();
  return run.number();
}

int Sqlite::note_wal_pages(void* self, sqlite3*, const char*, int pages) {
  static_cast<Sqlite*>(self)->wal_pages_ = pages;
  return SQLITE_OK;
}

/// SQLite gives the WAL and the WAL-index the mode that the book has when it makes them. One that was made while the
/// book was read-only would keep us from writing for ever.
void Sqlite::mend_modes() {
  const bool index = sys::follow_mode(book_.path() + "-shm", book_.path());
  const bool wal = sys::follow_mode(book_.path() + "-wal", book_.path());
  if (!index && !wal) return;
  drop_index();
  statements_ = {};
  connect();
}

void Sqlite::ready_to_write() {
  if (!wrote_) mend_modes();
  if (!wrote_) refuse_another_table();
  if (!wrote_ && sqlite3_exec(database_.get(), writing, nullptr, nullptr, nullptr) != SQLITE_OK) throw_refused();
  wrote_ = has_wal_ = true;
}

/// Another program's file may have our version number by chance, or a table `entry` that compares names differently or
/// stores UTF-16. Nothing in it may be changed, not even its journal mode.
void Sqlite::refuse_another_table() {
  Statement shape{"SELECT encoding || ' ' || sql FROM pragma_encoding, sqlite_schema WHERE name = 'entry'"};
  Run run(database_.get(), shape);
  const int code = run.step();
  if (code != SQLITE_ROW && code != SQLITE_DONE) throw_refused();
  if (code == SQLITE_DONE || run.text(0) != fmt::format("UTF-8 {}", table))
    throw NotStored("not an address book of this version");
}

/// Changes to a file that is no longer at the book's path would be lost, and so would its WAL.
void Sqlite::refuse_if_moved() const {
  int moved = 0;
  sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (moved != 0) throw NotStored("the book has been moved, replaced or removed since it was opened");
}

void Sqlite::begin(Access access, std::size_t expected) {
  expected_ = expected;
  // Read before the transaction begins: as long as it stays the same, nothing has been committed since.
  const WalHeader header = index_ && has_wal_ ? wal_header(database_.get()) : WalHeader{};
  if (access == Access::read && index_ && header == header_ && header != WalHeader{}) return;  // SQLite isn't needed
  if (access == Access::write) {
    book_.lock();
    refuse_if_moved();
    ready_to_write();
    begin_write();
  } else if (Run(database_.get(), statements_.begin_read).step() != SQLITE_DONE) {
    throw_unreadable();
  }
  in_transaction_ = true;
  if (index_ && number(statements_.version) != index_version_) drop_index();
  header_ = header;
}

/// While this waits for a writer that doesn't know our lock, everybody else waits too. So after one timeout, later
/// calls fail at once until the book has been free again.
void Sqlite::begin_write() {
  const int code = Run(database_.get(), statements_.begin_write).step();
  const bool is_free = (code & 0xFF) != SQLITE_BUSY;
  if (is_free != std::exchange(patient_, is_free)) sqlite3_busy_timeout(database_.get(), is_free ? busy_timeout : 0);
  if (code != SQLITE_DONE) throw_refused();
}

void Sqlite::commit() {
  if (!std::exchange(in_transaction_, false)) return;
  if (book_.is_locked()) reserve_wal_index(database_.get());
  if (Run(database_.get(), statements_.commit).step() != SQLITE_DONE) throw_refused();
  if (book_.is_locked()) checkpoint_if_due();
  book_.unlock();
}

void Sqlite::roll_back() {
  // An error may have ended the transaction already.
  in_transaction_ = false;
  if (sqlite3_get_autocommit(database_.get()) == 0) Run(database_.get(), statements_.roll_back).step();
  drop_index();
  if (std::exchange(commit_failed_, false) && wrote_ && book_.is_locked()) drop_failed_commit();
  book_.unlock();
}

/// After a failed sync the kernel shows pages that the disk does not have: whoever opened the book next would take them
/// for a commit, and put his own behind it, which nobody could read once the pages are gone. And where the disk is
/// full, what can be copied out of the WAL makes room in it.
void Sqlite::drop_failed_commit() {
  if (Run(database_.get(), statements_.begin_write).step() != SQLITE_DONE) return;
  cut_wal(database_.get());
  Run(database_.get(), statements_.roll_back).step();
  if (!sync_failed_) checkpoint();
}

/// Copies what it can of the WAL into the database. A failure loses nothing: the WAL keeps every page until a later
/// checkpoint has written all of them again.
void Sqlite::checkpoint() {
  sqlite3_wal_checkpoint_v2(database_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

void Sqlite::checkpoint_if_due() {
  if (wal_lacks_room(database_.get())) return checkpoint();
  if (wal_pages_ <= most_wal_pages_) return;
  const std::int64_t pages = number(statements_.pages);
  most_wal_pages_ = std::clamp(pages * wal_pages_per_page, fewest_wal_pages, most_wal_pages_ever);
  if (wal_pages_ > most_wal_pages_) checkpoint();
}

void Sqlite::drop_index() {
  index_.reset();
  asked_ = 0;
  due_ = first_due;
}

void Sqlite::build_index_if_due(std::size_t asked) {
  asked_ += asked + 1;  // the call itself costs about as much as a find
  if (asked_ + expected_ < due_) return;
  due_ = std::max(first_due, static_cast<std::size_t>(number(statements_.pages)) * finds_per_page);
  if (asked_ + expected_ < due_) return;
  Index fresh;
  const Visit load = [&fresh](const Record& record) { fresh.load(record); };
  SqliteScan all("", no_limit, load);
  try {
    scan(all);
  } catch (const DamagedEntry&) {
    due_ = never;  // only requests for that entry get an error
    return;
  } catch (const NotStored&) {
    due_ = never;  // more than an index can hold
    return;
  }
  fresh.settle(Index::Order::by_name);
  index_version_ = number(statements_.version);
  Run journal(database_.get(), statements_.journal);
  has_wal_ = journal.step() == SQLITE_ROW && journal.text(0) == "wal";
  index_ = std::move(fresh);
  // Finds no longer use the pages that SQLite has cached, and writes fetch the ones they need again.
  if (sqlite3_db_release_memory(database_.get()) == SQLITE_OK) sys::return_freed_memory();
}

void Sqlite::find(std::span<const std::string_view> names, const Found& found) {
  if (!index_) build_index_if_due(names.size());
  if (index_) return index_->find(names, found);
  Run run(database_.get(), statements_.find);
  for (std::size_t i = 0; i < names.size(); ++i) {
    run.bind(1, names[i]);
    const int code = run.step();
    if (code == SQLITE_ROW) {
      const Record record{names[i], run.text(0)};
      expect_intact(record, run.is_text(0));
      found(i, record.entry);
    } else if (code == SQLITE_DONE) found(i, std::nullopt);
    else throw_unreadable();
    run.reset();
  }
}

/// Puts the records in the order of the tree, so that each change finds in the processor's caches what the one before
/// has loaded (measured, 64 random names: a twentieth of the total time). The sort is stable, since the last record of
/// a name counts.
void Sqlite::put(std::span<const Record> records) {
  Run run(database_.get(), statements_.put);
  sorted_.assign(records.begin(), records.end());
  std::stable_sort(sorted_.begin(), sorted_.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const auto& record : sorted_) {
    run.bind(1, record.name);
    run.bind(2, record.entry);
    if (run.step() != SQLITE_DONE) throw_refused();
    run.reset();
    if (index_) index_->put(record);
  }
}

void Sqlite::erase(std::span<const std::string_view> names, const Erased& erased) {
  Run run(database_.get(), statements_.erase);
  for (std::size_t i = 0; i < names.size(); ++i) {
    run.bind(1, names[i]);
    if (run.step() != SQLITE_DONE) throw_refused();
    erased(i, sqlite3_changes(database_.get()) > 0);
    run.reset();
    if (index_) index_->erase(names[i]);
  }
}

std::uint64_t Sqlite::count() {
  if (index_) return index_->size();
  return static_cast<std::uint64_t>(number(statements_.count));
}

void Sqlite::scan(SqliteScan& scan) {
  std::optional<Mapped> mapped;
  if (scan.is_whole()) mapped.emplace(database_.get());
  if (!statements_.scan.prepared) {
    sqlite3_create_function_v2(database_.get(), "visit", 2, SQLITE_UTF8 | SQLITE_DIRECTONLY, &scan_,
                               SqliteScan::visit_row, nullptr, nullptr, nullptr);
  }
  scan_ = &scan;
  Run run(database_.get(), statements_.scan);
  run.bind(1, scan.prefix());
  const int code = run.step();
  scan_ = nullptr;
  scan.finish();
  if (code != SQLITE_DONE && code != SQLITE_ROW) throw_unreadable();
}

void Sqlite::list(std::string_view prefix, std::size_t limit, const Visit& visit) {
  if (index_) return index_->list(prefix, limit, visit);
  SqliteScan listing(prefix, limit, visit);
  scan(listing);
}

void Sqlite::search(const Filter& filter, const Visit& visit) {
  if (index_) return index_->search(filter, visit);
  SqliteScan searching(filter, visit);
  scan(searching);
}

}  // namespace store
