// SPDX-License-Identifier: MIT
// The changes that depend on what is in the book: each looks and acts in the transaction of its batch, so nobody else
// comes between. Names and entries are canonical; the reply line is appended to `replies`. They throw what the store
// throws.
#pragma once

#include <string>
#include <string_view>

#include "store/store.hpp"

namespace book {

/// `new`: adds where there is no entry for `name`.
void add_new(store::Store& store, std::string_view name, std::string_view entry, std::string& replies);

/// `chg`: replaces an entry that still is `old`.
void change(store::Store& store, std::string_view name, std::string_view old, std::string_view entry,
            std::string& replies);

/// `mov`: gives the entry for `name` the name `new_name`, where nothing has that yet.
void rename(store::Store& store, std::string_view name, std::string_view new_name, std::string& replies);

}  // namespace book
