// SPDX-License-Identifier: MIT
#include "protocol/reply.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace protocol {
namespace {

/// Appends the parts and a line end, resizing `out` only once.
template <typename... Parts>
void append_line(std::string& out, Parts... parts) {
  const std::size_t start = out.size();
  out.resize(start + (parts.size() + ...) + 1);
  char* at = out.data() + start;
  ((at = std::copy_n(parts.data(), parts.size(), at)), ...);
  *at = '\n';
}

void line(std::string& out, std::string_view start, std::string_view rest) { append_line(out, start, rest); }

void line(std::string& out, std::string_view start, std::uint64_t number) {
  line(out, start, fmt::format_int(number).c_str());
}

}  // namespace

void reply_added(std::string& out, std::string_view name) { line(out, added_prefix, name); }

void reply_deleted(std::string& out, std::string_view name) { line(out, deleted_prefix, name); }

void reply_changed(std::string& out, std::string_view name) { line(out, changed_prefix, name); }

void reply_renamed(std::string& out, std::string_view name) { line(out, renamed_prefix, name); }

void reply_not_found(std::string& out, std::string_view name) { line(out, not_found_prefix, name); }

void reply_exists(std::string& out, std::string_view name) { line(out, exists_prefix, name); }

void reply_conflict(std::string& out, std::string_view name) { line(out, conflict_prefix, name); }

void reply_entry(std::string& out, std::string_view name, std::string_view entry) {
  append_line(out, name, std::string_view(" : "), entry);
}

void reply_found(std::string& out, std::uint64_t number) { line(out, found_prefix, number); }

void reply_entries(std::string& out, std::uint64_t number) { line(out, entries_prefix, number); }

void reply_version(std::string& out, std::string_view version) {
  out += fmt::format("addbook-serve {} protocol 1\n", version);
}

void reply_bye(std::string& out) { line(out, bye_line, ""); }

void reply_error(std::string& out, std::string_view what) { line(out, error_prefix, what); }

}  // namespace protocol
