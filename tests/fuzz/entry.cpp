// SPDX-License-Identifier: MIT
// An entry and a text that somebody has edited, with a NUL between: the client reads what a server sends, writes what a
// server takes, shows no control character, and an entry survives being edited without a change.
#include <algorithm>
#include <cstdint>
#include <memory_resource>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>

#include "client/entry.hpp"
#include "client/form.hpp"
#include "client/format.hpp"
#include "fuzz/expect.hpp"
#include "protocol/escape.hpp"
#include "protocol/reply.hpp"
#include "protocol/request.hpp"

namespace {

/// What a client reads after `add:TEXT`, if a server takes that.
std::optional<client::Entry> stored(const std::string& text) {
  std::pmr::monotonic_buffer_resource memory;
  const std::string line = "add:" + text;
  const auto request = protocol::parse(line, memory);
  if (request.command == nullptr) return std::nullopt;
  std::string reply;
  protocol::reply_entry(reply, request.name, request.text);
  reply.pop_back();
  return client::parse_entry(reply);
}

std::string sent(const client::Entry& entry) {
  std::string text;
  protocol::append_escaped(text, entry.name, protocol::Place::name);
  text.push_back(',');
  client::append_entry(text, entry);
  return text;
}

void expect_no_control_character(const std::string& shown) {
  for (const char c : shown)
    fuzz::expect(static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\t', "text", shown);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  const auto end = std::min(input.find('\0'), size);
  const auto entry = stored(input.substr(0, end));
  if (!entry) return 0;
  fuzz::expect(stored(sent(*entry)) == entry, "a server takes what it has sent", sent(*entry));
  const std::string form = client::form_of(*entry);
  fuzz::expect(client::parse_form(form, *entry) == *entry, "the form means its entry", form);
  for (const auto& format : client::formats()) {
    std::string shown;
    if (format.append != nullptr) format.append(shown, *entry, client::Style{});
    expect_no_control_character(shown);
    if (format.name == "jsonl") fuzz::expect(nlohmann::json::parse(shown)["name"] == entry->name, "JSON", shown);
  }
  if (end == size) return 0;

  client::Entry edited;
  try {
    edited = client::parse_form(input.substr(end + 1), *entry);
  } catch (const std::runtime_error&) {
    return 0;
  }
  const auto read = stored(sent(edited));
  fuzz::expect(read.has_value(), "a server takes what was edited", sent(edited));
  fuzz::expect(client::parse_form(client::form_of(*read), *read) == *read, "the form means its entry", sent(edited));
  return 0;
}
