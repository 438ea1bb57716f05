// SPDX-License-Identifier: MIT
#include "protocol/request.hpp"

#include <string>
#include <utility>

#include "number.hpp"
#include "protocol/canonical.hpp"
#include "protocol/escape.hpp"
#include "protocol/limits.hpp"
#include "protocol/unicode.hpp"

namespace protocol {
namespace {

static_assert(max_line == 65'536 && max_name == 1'024, "the limits stand in error texts below");

Request refused(std::string_view why) { return {.command = nullptr, .text = why}; }

Request refused(std::string_view why, std::string_view what, std::pmr::memory_resource& memory) {
  return refused(keep(std::string(why).append(what), memory));
}

Request unrecognized(std::string_view word, std::pmr::memory_resource& memory) {
  std::string shown;
  append_escaped(shown, to_nfc(word), Place::name);
  return refused("Unrecognized command: ", cut(shown, max_word_shown), memory);
}

/// Removes the first unescaped comma and everything before it from `text`, and returns what was before the comma.
std::string_view take_part(std::string_view& text) {
  const auto comma = find_unescaped(text, ',');
  const std::string_view part = text.substr(0, comma);
  text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  return part;
}

/// Splits the argument into its parts, which stay as they came.
Request split(const Command& command, std::string_view argument) {
  Request request{.command = &command, .text = argument};
  switch (command.verb) {
    case Verb::src: return request;
    case Verb::add:
    case Verb::new_:
    case Verb::mov: request.name = take_part(request.text); return request;
    case Verb::chg:
      request.name = take_part(request.text);
      request.old = take_part(request.text);
      return request;
    case Verb::top:
      request.name = argument;
      request.text = take_part(request.name);
      return request;
    default: return {.command = &command, .name = argument};
  }
}

/// chg: `old` is an entry escaped again, as one field. Returns the request with that undone, or a refusal.
Request with_old_entry(Request request, std::pmr::memory_resource& memory) {
  const std::string entry = unescape(request.old);
  if (find_fault(entry) != Fault::none) return refused("Control character");  // `\n` where it should be `\\n`
  if (const auto bad = bad_escape(entry)) return refused("Bad escape: ", *bad, memory);
  request.old = canonical_entry(keep(entry, memory), memory);
  return request;
}

/// top: `text` is the number. Returns the request with it parsed, or a refusal.
Request with_number(Request request, std::pmr::memory_resource& memory) {
  const std::string_view digits = std::exchange(request.text, {});
  request.limit = parse_number<std::size_t>(digits).value_or(0);
  if (request.limit >= 1 && request.limit <= max_top) return request;
  return refused("Bad number: ", cut(canonical_name(digits, memory), max_word_shown), memory);
}

/// Whether the argument begins with the name of an entry.
bool is_named(const Command& command) {
  return command.argument == Argument::required && command.verb != Verb::src && command.verb != Verb::top;
}

/// Whether the argument lacks a part that the command requires.
bool lacks_argument(const Command& command, std::string_view argument) {
  switch (command.verb) {
    case Verb::src: return argument.find_first_not_of(' ') == std::string_view::npos;  // a term
    case Verb::chg: return find_unescaped(argument, ',') == std::string_view::npos;    // the old entry
    case Verb::top: return argument.empty() || argument.front() == ',';                // the number
    default: return false;
  }
}

Request with_argument(const Command& command, std::string_view argument, std::pmr::memory_resource& memory) {
  Request request = split(command, argument);
  const bool named = is_named(command);
  const bool renames = command.verb == Verb::mov;
  const bool stores_entry = command.verb == Verb::add || command.verb == Verb::new_ || command.verb == Verb::chg;
  if (named && (request.name.empty() || (renames && request.text.empty()))) return refused("Empty name");
  if (const auto bad = bad_escape(argument)) return refused("Bad escape: ", *bad, memory);

  request.name = canonical_name(request.name, memory);
  if (command.verb == Verb::top) return with_number(request, memory);
  if (renames) request.text = canonical_name(request.text, memory);
  else if (command.verb != Verb::src) request.text = canonical_entry(request.text, memory);
  if (command.verb == Verb::chg) request = with_old_entry(request, memory);
  if (named && (request.name.size() > max_name || (renames && request.text.size() > max_name))) {
    return refused("Name too long (limit 1024 bytes)");
  }
  if (stores_entry && request.name.size() + request.text.size() > max_record) return line_too_long();
  return request;
}

}  // namespace

Request parse(std::string_view line, std::pmr::memory_resource& memory) {
  if (line.size() > max_line) return line_too_long();
  if (line.empty()) return refused("Empty request");
  switch (find_fault(line)) {
    case Fault::invalid_utf8: return refused("Invalid UTF-8");
    case Fault::control_character: return refused("Control character");
    case Fault::none: break;
  }
  const auto colon = line.find(':');
  const std::string_view word = line.substr(0, colon);
  const Command* command = find_command(word);
  if (command == nullptr) return unrecognized(word, memory);

  const bool present = colon != std::string_view::npos;
  if (present && command->argument == Argument::none) return refused("Unexpected argument");
  if (!present && command->argument == Argument::required) return refused("Missing argument");
  const std::string_view argument = present ? line.substr(colon + 1) : std::string_view{};
  if (lacks_argument(*command, argument)) return refused("Missing argument");
  return with_argument(*command, argument, memory);
}

Request line_too_long() { return refused(line_too_long_error); }

}  // namespace protocol
