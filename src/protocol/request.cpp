// SPDX-License-Identifier: MIT
#include "protocol/request.hpp"

#include <optional>
#include <string>

#include "protocol/escape.hpp"
#include "protocol/limits.hpp"
#include "protocol/unicode.hpp"

namespace protocol {
namespace {

static_assert(max_line == 65'536 && max_name == 1'024, "the limits stand in two error texts below");

Request refused(std::string_view why) { return {.command = nullptr, .text = why}; }

Request refused(std::string_view why, std::string_view what, Memory& memory) {
  return refused(keep(std::string(why).append(what), memory));
}

/// At most `limit` bytes of escaped `text`, cut between characters and never inside an escape.
std::string_view cut(std::string_view text, std::size_t limit) {
  std::size_t end = 0;
  while (end < text.size()) {
    const std::size_t start = text[end] == '\\' ? end + 1 : end;
    const std::size_t next = start + character_length(text[start]);
    if (next > limit) break;
    end = next;
  }
  return text.substr(0, end);
}

Request unrecognized(std::string_view word, Memory& memory) {
  std::string shown;
  append_escaped(shown, to_nfc(word), Place::name);
  return refused("Unrecognized command: ", cut(shown, max_word_shown), memory);
}

/// add: the name ends at the first unescaped comma, and the entry is everything after it.
void split_entry(std::string_view argument, Request& request) {
  const auto comma = find_unescaped(argument, ',');
  request.name = argument.substr(0, comma);
  request.text = comma == std::string_view::npos ? std::string_view{} : argument.substr(comma + 1);
}

Request with_argument(const Command& command, std::string_view argument, Memory& memory) {
  Request request{.command = &command};
  if (command.verb == Verb::add) split_entry(argument, request);
  else if (command.verb == Verb::src) request.text = argument;
  else request.name = argument;

  const bool named = command.argument == Argument::required && command.verb != Verb::src;
  if (named && request.name.empty()) return refused("Empty name");
  if (const auto bad = bad_escape(argument)) return refused("Bad escape: ", *bad, memory);
  request.name = canonical_name(request.name, memory);
  if (command.verb == Verb::add) request.text = canonical_entry(request.text, memory);
  if (named && request.name.size() > max_name) return refused("Name too long (limit 1024 bytes)");
  return request;
}

}  // namespace

Request parse(std::string_view line, Memory& memory) {
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
  if (command->verb == Verb::src && argument.find_first_not_of(' ') == std::string_view::npos) {
    return refused("Missing argument");
  }
  return with_argument(*command, argument, memory);
}

Request line_too_long() { return refused("Line too long (limit 65536 bytes)"); }

}  // namespace protocol
