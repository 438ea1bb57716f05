// SPDX-License-Identifier: MIT
// The reply lines of protocol 1, each appended to `out` with its line end. Names and entries are canonical already, and
// are copied as they are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace protocol {

inline constexpr std::string_view added_prefix = "Added entry for ";
inline constexpr std::string_view deleted_prefix = "Deleted entry for ";
inline constexpr std::string_view changed_prefix = "Changed entry for ";
inline constexpr std::string_view renamed_prefix = "Renamed entry for ";
inline constexpr std::string_view not_found_prefix = "Sorry, no entry for: ";
inline constexpr std::string_view exists_prefix = "Sorry, there is an entry for: ";
inline constexpr std::string_view conflict_prefix = "Sorry, the entry has changed: ";
inline constexpr std::string_view error_prefix = "ERROR: ";
inline constexpr std::string_view unknown_label_error = "Unknown label: ";
inline constexpr std::string_view found_prefix = "Found: ";
inline constexpr std::string_view entries_prefix = "Entries: ";
inline constexpr std::string_view bye_line = "Bye";

/// The reply to an add or a rem, or to a fnd that finds nothing, is at most this much longer than its name.
inline constexpr std::size_t longest_acknowledgement = not_found_prefix.size() + 1;

void reply_added(std::string& out, std::string_view name);
void reply_deleted(std::string& out, std::string_view name);
void reply_changed(std::string& out, std::string_view name);
void reply_renamed(std::string& out, std::string_view name);
void reply_not_found(std::string& out, std::string_view name);
void reply_exists(std::string& out, std::string_view name);
void reply_conflict(std::string& out, std::string_view name);
void reply_entry(std::string& out, std::string_view name, std::string_view entry);
void reply_found(std::string& out, std::uint64_t number);
void reply_entries(std::string& out, std::uint64_t number);
void reply_version(std::string& out, std::string_view version);
void reply_bye(std::string& out);
void reply_error(std::string& out, std::string_view what);

}  // namespace protocol
