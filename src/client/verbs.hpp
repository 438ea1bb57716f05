// SPDX-License-Identifier: MIT
// What a user can ask for, and the request lines that it becomes: plain text in, the protocol's escapes out.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/command.hpp"

namespace client {

/// What a server answers a request with.
enum class Reply { line, lines };

struct Verb {
  std::string_view name;
  protocol::Verb request;
  std::size_t fewest_arguments;
  std::size_t most_arguments;
  Reply reply;
  bool one_request_each;  // a request for every argument
  bool shows_entries;     // so that the output options apply
  std::string_view synopsis;
};

inline constexpr std::size_t any_number = static_cast<std::size_t>(-1);

inline constexpr std::array<Verb, 8> verbs{{
    {"add", protocol::Verb::add, 1, any_number, Reply::line, false, false, "add NAME [FIELD]..."},
    {"remove", protocol::Verb::rem, 1, any_number, Reply::line, true, false, "remove NAME...|-"},
    {"find", protocol::Verb::fnd, 1, any_number, Reply::line, true, true, "find NAME...|-"},
    {"rename", protocol::Verb::mov, 2, 2, Reply::line, false, false, "rename OLD NEW"},
    {"list", protocol::Verb::lst, 0, 1, Reply::lines, false, true, "list [PREFIX]"},
    {"search", protocol::Verb::src, 1, any_number, Reply::lines, false, true, "search TERM..."},
    {"birthdays", protocol::Verb::src, 0, 1, Reply::lines, false, true, "birthdays [today|week|month]"},
    {"count", protocol::Verb::cnt, 0, 0, Reply::line, false, false, "count"},
}};

/// The verbs that are not one kind of request and its replies.
inline constexpr std::array<std::string_view, 5> other_verbs = {"set", "edit", "menu", "raw", "help"};

/// The names of all verbs.
std::vector<std::string_view> verb_names();

/// What to add to the complaint that there is no verb `name`: the one that another program calls so, or the nearest.
std::string suggested_verb(std::string_view name);

/// The verb called `name` among those that are, or null.
const Verb* find_verb(std::string_view name);

/// The limit of a request for all entries.
inline constexpr std::size_t no_limit = static_cast<std::size_t>(-1);

/// Whether a server can be asked for so many of the verb's entries at most.
bool can_ask_for(const Verb& verb, std::size_t limit);

/// Appends the request line (with its line end) for `arguments`; one of a verb with one_request_each takes one
/// argument. It asks for at most `limit` entries where it can.
void append_request(std::string& out, const Verb& verb, std::span<const std::string> arguments,
                    std::size_t limit = no_limit);

/// The arguments of `add` in the order of an entry: number, street, town and phone may be named (`town=York`), and
/// those that are missing before a labelled field (`email=...`) are empty. Throws std::runtime_error where one is given
/// twice, or a label is a slip of a known one.
std::vector<std::string> with_plain_fields(std::span<const std::string> arguments);

}  // namespace client
