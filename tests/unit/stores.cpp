// SPDX-License-Identifier: MIT
// One suite for every store: what store.hpp promises.
#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "store/open.hpp"
#include "store/sqlite.hpp"
#include "store/text.hpp"

namespace {

using store::Access;
using store::Record;
using store::Store;

/// A folder that is removed with the test.
struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "addbook-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string book(const char* name) const { return (path / name).string(); }
};

void put(Store& store, const Record& record) { store.put({&record, 1}); }

bool erase(Store& store, std::string_view name) {
  bool erased = false;
  store.erase({&name, 1}, [&erased](std::size_t, bool existed) { erased = existed; });
  return erased;
}

std::string find(Store& store, std::string_view name) {
  std::string found = "(none)";
  store.find({&name, 1}, [&found](std::size_t, auto entry) {
    if (entry) found = *entry;
  });
  return found;
}

std::string list(Store& store, std::string_view prefix = "", std::size_t limit = store::no_limit) {
  std::string all;
  store.list(prefix, limit,
             [&all](const Record& record) { all.append(record.name).append("=").append(record.entry).append(";"); });
  return all;
}

template <typename Change>
void write(Store& store, Change change) {
  store.begin(Access::write, 0);
  change();
  store.commit();
}

template <typename Look>
auto read(Store& store, Look look, std::size_t expected = 0) {
  store.begin(Access::read, expected);
  auto seen = look();
  store.commit();
  return seen;
}

}  // namespace

TEST_CASE("every store keeps what a batch has put, and what it has not erased") {
  const Folder folder;
  for (const auto& book : {std::string(":memory:"), folder.book("a.dat"), folder.book("a.db")}) {
    CAPTURE(book);
    const auto store = store::open(book);
    write(*store, [&] {
      put(*store, {"b", "2"});
      put(*store, {"a", ""});
      put(*store, {"a\\:\\,", "x:y\\,"});
      put(*store, {"b", "3"});
      CHECK(find(*store, "b") == "3");  // a batch sees its own changes
      CHECK(erase(*store, "a"));
      CHECK_FALSE(erase(*store, "a"));
      put(*store, {"c", "4"});
    });
    CHECK(read(*store, [&] { return list(*store); }) == "a\\:\\,=x:y\\,;b=3;c=4;");
    CHECK(read(*store, [&] { return list(*store, "b"); }) == "b=3;");
    CHECK(read(*store, [&] { return list(*store, "", 2); }) == "a\\:\\,=x:y\\,;b=3;");
    CHECK(read(*store, [&] { return list(*store, "", 4); }) == "a\\:\\,=x:y\\,;b=3;c=4;");
    CHECK(read(*store, [&] { return list(*store, "b", 2); }) == "b=3;");
    CHECK(read(*store, [&] { return list(*store, "", 0); }) == "");
    CHECK(read(*store, [&] { return store->count(); }) == 3);
    CHECK(read(*store, [&] { return find(*store, "a"); }) == "(none)");
  }
}

TEST_CASE("of several records with the same name in one batch, the last counts") {
  const Folder folder;
  for (const auto& book : {folder.book("a.dat"), folder.book("a.db"), std::string(":memory:")}) {
    CAPTURE(book);
    const auto store = store::open(book);
    std::vector<std::string> texts;
    for (int i = 0; i < 200; ++i) texts.push_back(std::to_string(i));
    std::vector<Record> records;
    for (std::size_t i = 0; i < texts.size(); ++i) records.push_back({texts[7 - i % 8], texts[i]});
    write(*store, [&] { store->put(records); });
    CHECK(read(*store, [&] { return list(*store); }) == "0=199;1=198;2=197;3=196;4=195;5=194;6=193;7=192;");
  }
}

TEST_CASE("what was committed is there when the book is opened again") {
  const Folder folder;
  for (const auto& book : {folder.book("new/folder/a.dat"), folder.book("new/folder/a.db")}) {
    CAPTURE(book);
    {
      const auto store = store::open(book);
      write(*store, [&] { put(*store, {"caf\u00e9", "1"}); });
    }
    const auto store = store::open(book);
    CHECK(read(*store, [&] { return list(*store); }) == "caf\u00e9=1;");
  }
}

TEST_CASE("a batch that is rolled back leaves nothing behind") {
  const Folder folder;
  for (const auto& book : {folder.book("a.dat"), folder.book("a.db")}) {
    CAPTURE(book);
    const auto store = store::open(book);
    write(*store, [&] { put(*store, {"a", "1"}); });
    store->begin(Access::write, 0);
    put(*store, {"a", "2"});
    put(*store, {"b", "2"});
    store->roll_back();
    CHECK(read(*store, [&] { return list(*store); }) == "a=1;");
  }
}

TEST_CASE("two that share a book see each other's commits") {
  const Folder folder;
  for (const auto& book : {folder.book("a.dat"), folder.book("a.db")}) {
    CAPTURE(book);
    const auto one = store::open(book);
    const auto two = store::open(book);
    for (int i = 0; i < 5; ++i) {
      const std::string entry = std::to_string(i);
      write(*one, [&] { put(*one, {"a", entry}); });
      CHECK(read(*two, [&] { return find(*two, "a"); }) == entry);
      write(*two, [&] { CHECK(erase(*two, "a")); });
      CHECK(read(*one, [&] { return find(*one, "a"); }) == "(none)");
    }
  }
}

TEST_CASE_TEMPLATE("an index comes when finds have paid for it, and is right under every interleaving of two writers",
                   Book, store::Sqlite, store::Text) {
  const Folder folder;
  Book one(folder.book("a"));
  Book two(folder.book("a"));
  std::map<std::string, std::string> model;
  std::mt19937 random(11);
  const auto any_name = [&random] { return "n" + std::to_string(random() % 50); };
  int indexed = 0;
  int unindexed = 0;
  for (int i = 0; i < 3'000; ++i) {
    Book& store = random() % 8 == 0 ? two : one;
    const std::string name = any_name();
    switch (random() % 40) {
      case 0:
        write(store, [&] { put(store, {name, std::to_string(i)}); });
        model[name] = std::to_string(i);
        break;
      case 1: write(store, [&] { CHECK(erase(store, name) == (model.erase(name) > 0)); }); break;
      case 2:
        store.begin(Access::write, 0);
        put(store, {name, "undone"});
        store.roll_back();
        break;
      default: {
        const int more = random() % 4 == 0 ? 60 : 0;
        const std::string seen = read(store, [&] {
          for (int again = 0; again < more; ++again) (void)find(store, name);
          return find(store, name);
        });
        REQUIRE(seen == (model.contains(name) ? model[name] : "(none)"));
        ++(store.is_indexed() ? indexed : unindexed);
      }
    }
  }
  CHECK(indexed > 100);
  CHECK(unindexed > 100);
  CHECK(read(one, [&] { return one.count(); }) == model.size());
}

TEST_CASE_TEMPLATE("an index comes at once when finds that pay for it are on their way", Book, store::Sqlite,
                   store::Text) {
  const Folder folder;
  {
    Book book(folder.book("a"));
    write(book, [&] { put(book, {"a", "1"}); });
  }
  Book book(folder.book("a"));
  const auto asked = [&] { return find(book, "a"); };
  CHECK(read(book, asked) == "1");
  CHECK_FALSE(book.is_indexed());
  CHECK(read(book, asked, 1'000) == "1");
  CHECK(book.is_indexed());
}

namespace {

/// A line of a text book as people and programs write it, and the record it should give.
struct Line {
  const char* name;
  const char* canonical_name;
  const char* entry;
  const char* canonical_entry;
};
constexpr Line lines[] = {
    {"a", "a", "1", "1"},
    {"a b", "a b", "", ""},
    {"B", "B", "x:y\\,z", "x:y\\,z"},
    {"Bors, Sir", "Bors\\, Sir", "1", "1"},
    {"Bors\\, Sir 2", "Bors\\, Sir 2", "1,2", "1,2"},
    {"c", "c", "x\\:y", "x:y"},
    {"Jose\u0301", "Jos\u00e9", "1", "1"},
    {"\u00e9", "\u00e9", "\u00e9", "\u00e9"},
    {"d\\\\", "d\\\\", "\\n", "\\n"},
    {"zz", "zz", ",,,", ",,,"},
};

std::string text_of(std::vector<const Line*> some, std::mt19937& random) {
  const auto by_name = [](const Line* a, const Line* b) {
    return std::string_view(a->canonical_name) < b->canonical_name;
  };
  if (random() % 3 != 0) std::sort(some.begin(), some.end(), by_name);
  const char* line_end = random() % 2 == 0 ? "\n" : "\r\n";
  std::string text;
  for (const auto* line : some) text.append(line->name).append(":").append(line->entry).append(line_end);
  if (random() % 2 == 0 && !some.empty()) text.resize(text.size() - std::string_view(line_end).size());
  return text;
}

}  // namespace

TEST_CASE("a text book says the same before it has an index and after, whatever its lines are like") {
  const Folder folder;
  const std::string path = folder.book("a.dat");
  std::mt19937 random(5);
  int unindexed = 0;
  for (int round = 0; round < 1'000; ++round) {
    std::vector<const Line*> some;
    std::map<std::string, std::string> model;
    for (const auto& line : lines) {
      if (random() % 3 == 0) some.push_back(&line), model[line.canonical_name] = line.canonical_entry;
    }
    std::shuffle(some.begin(), some.end(), random);
    const std::string text = text_of(some, random);
    CAPTURE(text);
    std::ofstream(path) << text;
    store::Text book(path);
    unindexed += book.is_indexed() ? 0 : 1;
    std::string all;
    for (const auto& [name, entry] : model) all += name + "=" + entry + ";";
    for (int again = 0; again < 20; ++again) {
      for (const auto& line : lines) {
        const auto there = model.find(line.canonical_name);
        REQUIRE(read(book, [&] { return find(book, line.canonical_name); }) ==
                (there == model.end() ? "(none)" : there->second));
      }
      REQUIRE(read(book, [&] { return list(book); }) == all);
      REQUIRE(read(book, [&] { return book.count(); }) == model.size());
    }
    REQUIRE(book.is_indexed());
  }
  CHECK(unindexed > 100);
}

TEST_CASE("a text book is refused for the first bad line, wherever it stands and whatever is around it") {
  const Folder folder;
  const std::string path = folder.book("a.dat");
  std::mt19937 random(6);
  for (int round = 0; round < 300; ++round) {
    constexpr const char* bad[] = {"",       "no colon", ":1",    "a\\:1", "x\xff:1",
                                   "x\x7f:", "x:\x01",   "x:\\q", "a:",    "x\r:1"};
    std::string text = "a:1\n";
    const auto good = random() % 40;
    for (std::size_t i = 0; i < good; ++i)
      text += (random() % 8 == 0 ? "n\u00e9" : "n") + std::to_string((random() % 50 + 1) * 100 + i) + ":1\n";
    if (random() % 2 == 0) text = "a:1\n";
    const auto number = std::count(text.begin(), text.end(), '\n') + 1;
    text.append(bad[random() % std::size(bad)]).append(random() % 2 == 0 ? "\nz:1\n" : "\n");
    CAPTURE(text);
    std::ofstream(path) << text;
    const std::string expected = "cannot read " + path + ": line " + std::to_string(number) + ": ";
    std::string said;
    try {
      const store::Text book(path);
    } catch (const store::Text::Damaged& damage) {
      said = damage.what();
    }
    REQUIRE(said.starts_with(expected));
  }
}

TEST_CASE("a batch too large for SQLite's cache leaves nothing in the way of others when it is rolled back") {
  const Folder folder;
  const std::string path = folder.book("a.db");
  (void)store::Sqlite(path);  // closed again, so that all of it is in the book and nothing in the WAL
  store::Sqlite ours(path);
  store::Sqlite theirs(path);
  ours.begin(Access::write, 0);
  const std::string entry(65'000, 'x');
  for (int i = 0; i < 1'200; ++i) put(ours, {std::to_string(i), entry});
  ours.roll_back();
  write(theirs, [&] {
    for (int i = 0; i < 400; ++i) put(theirs, {"their " + std::to_string(i), entry});
  });
  const std::size_t whole = read(ours, [&] {
    std::size_t number = 0;
    ours.list("their ", store::no_limit, [&](const Record& record) { number += record.entry == entry ? 1U : 0U; });
    return number;
  });
  CHECK(whole == 400);
}

TEST_CASE("SQLite's tree stays whole through batches that split its pages, are rolled back, and are another writer's") {
  const Folder folder;
  const std::string path = folder.book("a.db");
  std::map<std::string, std::string> model;
  {
    store::Sqlite one(path);
    store::Sqlite two(path);
    std::mt19937 random(5);
    for (int batch = 0; batch < 400; ++batch) {
      store::Sqlite& store = random() % 4 == 0 ? two : one;
      const bool kept = random() % 3 != 0;
      auto changed = model;
      store.begin(Access::write, 0);
      for (int i = 0; i < 60; ++i) {
        const std::string name = "n" + std::to_string(random() % 20'000);
        if (random() % 4 == 0) {
          CHECK(erase(store, name) == (changed.erase(name) > 0));
        } else {
          changed[name] = std::string(random() % 300, 'x');
          put(store, {name, changed[name]});
        }
      }
      if (kept) store.commit();
      else store.roll_back();
      if (kept) model = std::move(changed);
    }
    std::map<std::string, std::string> seen;
    read(one, [&] {
      one.list("", store::no_limit, [&](const Record& record) { seen.emplace(record.name, record.entry); });
      return 0;
    });
    CHECK(seen == model);
  }
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  std::string verdict;
  const auto note = [](void* to, int, char** values, char**) {
    static_cast<std::string*>(to)->append(values[0]);
    return 0;
  };
  CHECK(sqlite3_exec(database, "PRAGMA integrity_check", note, &verdict, nullptr) == SQLITE_OK);
  sqlite3_close(database);
  CHECK(verdict == "ok");
}

TEST_CASE("a path that names no kind of book is refused") {
  CHECK_THROWS_WITH_AS(
      store::open("book.txt"),
      "cannot open book.txt: a book ends in .db or .dat, or is called sqlite:PATH, text:PATH or :memory:",
      std::runtime_error);
}
