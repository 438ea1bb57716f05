// SPDX-License-Identifier: MIT
#include "book/conditional.hpp"

#include <optional>

#include "protocol/limits.hpp"
#include "protocol/reply.hpp"
#include "protocol/request.hpp"

namespace book {
namespace {

/// A copy, since the store's view is valid only during the callback.
std::optional<std::string> entry_of(store::Store& store, std::string_view name) {
  std::optional<std::string> entry;
  store.find({&name, 1}, [&entry](std::size_t, std::optional<std::string_view> found) { entry = found; });
  return entry;
}

void put(store::Store& store, std::string_view name, std::string_view entry) {
  const store::Record record{name, entry};
  store.put({&record, 1});
}

}  // namespace

void add_new(store::Store& store, std::string_view name, std::string_view entry, std::string& replies) {
  if (entry_of(store, name)) return protocol::reply_exists(replies, name);
  put(store, name, entry);
  protocol::reply_added(replies, name);
}

void change(store::Store& store, std::string_view name, std::string_view old, std::string_view entry,
            std::string& replies) {
  const auto present = entry_of(store, name);
  if (!present) return protocol::reply_not_found(replies, name);
  if (*present != old) return protocol::reply_conflict(replies, name);
  put(store, name, entry);
  protocol::reply_changed(replies, name);
}

void rename(store::Store& store, std::string_view name, std::string_view new_name, std::string& replies) {
  const auto entry = entry_of(store, name);
  if (!entry) return protocol::reply_not_found(replies, name);
  if (entry_of(store, new_name)) return protocol::reply_exists(replies, new_name);
  if (new_name.size() + entry->size() > protocol::max_record) {
    return protocol::reply_error(replies, protocol::line_too_long_error);
  }
  put(store, new_name, *entry);
  store.erase({&name, 1}, [](std::size_t, bool) {});
  protocol::reply_renamed(replies, name);
}

}  // namespace book
