// SPDX-License-Identifier: MIT
// Opens the store that a book's name calls for.
#pragma once

#include <memory>
#include <string>

#include "store/store.hpp"

namespace store {

/// Opens `book`: `sqlite:PATH` or a path ending in `.db`, `text:PATH` or a path ending in `.dat`, or `:memory:`.
/// Creates a missing book and its folders. Throws std::runtime_error or std::system_error, which name the book and the
/// reason.
std::unique_ptr<Store> open(const std::string& book);

/// `$ADDBOOK_BOOK`; without it, `addbook/addbook.db` in `$XDG_DATA_HOME` or else in `~/.local/share` (XDG Base
/// Directory Specification). Throws std::runtime_error when none of these variables nor HOME is set.
std::string default_book();

}  // namespace store
