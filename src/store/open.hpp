// SPDX-License-Identifier: MIT
// Which store a book is.
#pragma once

#include <memory>
#include <string>

#include "store/store.hpp"

namespace store {

/// Opens `book`: `sqlite:PATH` or a path that ends in `.db`, `text:PATH` or one in `.dat`, `:memory:`. A missing book
/// is made, with its folders. Throws std::runtime_error or std::system_error that name the book and the reason.
std::unique_ptr<Store> open(const std::string& book);

/// `$ADDBOOK_BOOK`, else `addbook/addbook.db` under `$XDG_DATA_HOME`, else under `~/.local/share` (XDG Base Directory
/// Specification). Throws std::runtime_error when neither variable nor HOME is set.
std::string default_book();

}  // namespace store
