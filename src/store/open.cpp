// SPDX-License-Identifier: MIT
#include "store/open.hpp"

#include <fmt/format.h>

#include "store/memory.hpp"
#include "store/sqlite.hpp"
#include "store/text.hpp"
#include "sys/environment.hpp"
#include "sys/error.hpp"

namespace store {
namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";
constexpr std::string_view text_scheme = "text:";

}  // namespace

std::unique_ptr<Store> open(const std::string& book) {
  if (book == ":memory:") return std::make_unique<Memory>();
  if (book.starts_with(sqlite_scheme)) return std::make_unique<Sqlite>(book.substr(sqlite_scheme.size()));
  if (book.starts_with(text_scheme)) return std::make_unique<Text>(book.substr(text_scheme.size()));
  if (book.ends_with(".db")) return std::make_unique<Sqlite>(book);
  if (book.ends_with(".dat")) return std::make_unique<Text>(book);
  throw std::runtime_error(
      fmt::format("cannot open {}: a book ends in .db or .dat, or is called sqlite:PATH, text:PATH or :memory:",
                  sys::printable(book)));
}

std::string default_book() {
  if (const auto book = sys::variable("ADDBOOK_BOOK"); !book.empty()) return std::string(book);
  // The specification says to ignore a relative path.
  if (const auto data = sys::variable("XDG_DATA_HOME"); data.starts_with('/'))
    return fmt::format("{}/addbook/addbook.db", data);
  if (const auto home = sys::variable("HOME"); !home.empty())
    return fmt::format("{}/.local/share/addbook/addbook.db", home);
  throw std::runtime_error("no book: neither -b, ADDBOOK_BOOK, XDG_DATA_HOME (an absolute path) nor HOME is set");
}

}  // namespace store
