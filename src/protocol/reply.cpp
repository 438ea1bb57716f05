// SPDX-License-Identifier: MIT
#include "protocol/reply.hpp"

#include <fmt/format.h>

#include <iterator>

namespace protocol {
namespace {

void line(std::string& out, std::string_view start, std::string_view rest) {
  out.append(start).append(rest).push_back('\n');
}

void line(std::string& out, std::string_view start, std::uint64_t number) {
  line(out, start, fmt::format_int(number).c_str());
}

}  // namespace

void reply_added(std::string& out, std::string_view name) { line(out, added_prefix, name); }

void reply_deleted(std::string& out, std::string_view name) { line(out, deleted_prefix, name); }

void reply_changed(std::string& out, std::string_view name) { line(out, changed_prefix, name); }

void reply_renamed(std::string& out, std::string_view name) { line(out, renamed_prefix, name); }

void reply_sorry(std::string& out, std::string_view name) { line(out, sorry_prefix, name); }

void reply_exists(std::string& out, std::string_view name) { line(out, exists_prefix, name); }

void reply_differs(std::string& out, std::string_view name) { line(out, differs_prefix, name); }

void reply_entry(std::string& out, std::string_view name, std::string_view entry) {
  out.append(name).append(" : ").append(entry).push_back('\n');
}

void reply_found(std::string& out, std::uint64_t number) { line(out, found_prefix, number); }

void reply_entries(std::string& out, std::uint64_t number) { line(out, entries_prefix, number); }

void reply_version(std::string& out, std::string_view version) {
  fmt::format_to(std::back_inserter(out), "addbook-serve {} protocol 1\n", version);
}

void reply_bye(std::string& out) { line(out, bye_line, ""); }

void reply_error(std::string& out, std::string_view what) { line(out, error_prefix, what); }

}  // namespace protocol
