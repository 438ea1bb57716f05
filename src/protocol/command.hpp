// SPDX-License-Identifier: MIT
// The command table, the single source of truth for what a server understands: the parser, `hlp` and the client's
// requests are made from it, the manual page is checked against it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace protocol {

enum class Verb : std::uint8_t { add, rem, fnd, new_, chg, mov, lst, top, src, cnt, ver, hlp, bye };
enum class Argument : std::uint8_t { none, optional, required };

struct Command {
  std::string_view name;
  Verb verb;
  Argument argument;
  bool writes;
  std::string_view summary;
};

inline constexpr std::array<Command, 13> commands{{
    {"add", Verb::add, Argument::required, true, "adds an entry, or replaces the one of that name"},
    {"rem", Verb::rem, Argument::required, true, "deletes the entry of that name"},
    {"fnd", Verb::fnd, Argument::required, false, "shows the entry of that name"},
    {"new", Verb::new_, Argument::required, true, "adds an entry where none has that name"},
    {"chg", Verb::chg, Argument::required, true, "replaces an entry that still is what it was"},
    {"mov", Verb::mov, Argument::required, true, "renames an entry where none has the new name"},
    {"lst", Verb::lst, Argument::optional, false, "shows every entry, or those whose names begin with a prefix"},
    {"top", Verb::top, Argument::required, false, "shows so many of what lst shows, from the first on"},
    {"src", Verb::src, Argument::required, false, "shows the entries that match every term, best first"},
    {"cnt", Verb::cnt, Argument::none, false, "counts the entries"},
    {"ver", Verb::ver, Argument::none, false, "shows the versions of the server and of the protocol"},
    {"hlp", Verb::hlp, Argument::none, false, "shows this list"},
    {"bye", Verb::bye, Argument::none, false, "ends the conversation"},
}};

/// A three-letter name as a number, compared in one step; 0 for any other name.
constexpr std::uint32_t number_of(std::string_view name) {
  const auto byte = [name](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(name[i])}; };
  return name.size() == 3 ? byte(0) << 16 | byte(1) << 8 | byte(2) : 0;
}
static_assert(std::ranges::all_of(commands, [](const Command& command) { return number_of(command.name) != 0; }));

/// The command called `name`, or null.
constexpr const Command* find_command(std::string_view name) {
  const std::uint32_t wanted = number_of(name);
  for (const auto& command : commands) {
    if (number_of(command.name) == wanted) return &command;
  }
  return nullptr;
}

}  // namespace protocol
