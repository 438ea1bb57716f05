// SPDX-License-Identifier: MIT
// The changes that depend on what is in the book. Each looks and acts within the transaction of its batch. Names and
// entries are canonical. The reply line is appended to `replies`. All throw what the store throws.
#pragma once

#include <string>
#include <string_view>

#include "store/store.hpp"

namespace book {

/// `new`: adds an entry unless there is one for `name`.
void add_new(store::Store& store, std::string_view name, std::string_view entry, std::string& replies);

/// `chg`: replaces the entry if it is still `old`.
void change(store::Store& store, std::string_view name, std::string_view old, std::string_view entry,
            std::string& replies);

/// `mov`: renames the entry to `new_name`, unless there is one for that.
void rename(store::Store& store, std::string_view name, std::string_view new_name, std::string& replies);

}  // namespace book
