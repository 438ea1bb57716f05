// SPDX-License-Identifier: MIT
#include "client/verbs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

#include "client/nearest.hpp"
#include "protocol/escape.hpp"
#include "protocol/label.hpp"
#include "protocol/limits.hpp"

namespace client {
namespace {

using protocol::Place;

constexpr std::size_t shortest_slip = 4;  // letters of a label: a shorter one is too near to everything

/// What people who come from another program try first.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> called_elsewhere{{
    {"delete", "remove"},
    {"del", "remove"},
    {"rm", "remove"},
    {"show", "find"},
    {"get", "find"},
    {"query", "search"},
    {"grep", "search"},
    {"ls", "list"},
    {"new", "add"},
    {"insert", "add"},
    {"change", "set"},
    {"update", "set"},
    {"mv", "rename"},
    {"move", "rename"},
}};

std::string_view command_name(protocol::Verb verb) {
  const auto* command = std::find_if(protocol::commands.begin(), protocol::commands.end(),
                                     [verb](const auto& one) { return one.verb == verb; });
  return command->name;
}

void append_entry(std::string& out, std::span<const std::string> arguments) {
  protocol::append_escaped(out, arguments[0], Place::name);
  for (const auto& field : arguments.subspan(1)) {
    out.push_back(',');
    protocol::append_escaped(out, field, Place::field);
  }
}

void append_names(std::string& out, std::span<const std::string> names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out.push_back(',');
    protocol::append_escaped(out, names[i], Place::name);
  }
}

/// Colons keep their meaning (`label:term`), and so does `\:`, a colon of the term.
void append_term(std::string& out, std::string_view term) {
  for (auto colon = term.find("\\:"); colon != std::string_view::npos; colon = term.find("\\:")) {
    protocol::append_escaped(out, term.substr(0, colon), Place::field);
    out.append("\\:");
    term.remove_prefix(colon + 2);
  }
  protocol::append_escaped(out, term, Place::field);
}

void append_terms(std::string& out, std::span<const std::string> terms) {
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (i > 0) out.push_back(' ');
    append_term(out, terms[i]);
  }
}

}  // namespace

std::string suggested_verb(std::string_view name) {
  for (const auto& [elsewhere, here] : called_elsewhere) {
    if (elsewhere == name) return suggestion(here, std::array{here});
  }
  return suggestion(name, verb_names());
}

std::vector<std::string_view> verb_names() {
  std::vector<std::string_view> names;
  for (const auto& verb : verbs) names.push_back(verb.name);
  names.insert(names.end(), other_verbs.begin(), other_verbs.end());
  return names;
}

const Verb* find_verb(std::string_view name) {
  const auto* verb = std::find_if(verbs.begin(), verbs.end(), [name](const auto& one) { return one.name == name; });
  return verb == verbs.end() ? nullptr : verb;
}

bool can_ask_for(const Verb& verb, std::size_t limit) {
  return verb.request == protocol::Verb::lst && limit <= protocol::max_top;
}

void append_request(std::string& out, const Verb& verb, std::span<const std::string> arguments, std::size_t limit) {
  const bool limited = can_ask_for(verb, limit);
  if (limited) out.append(fmt::format("{}:{}", command_name(protocol::Verb::top), limit));
  else out.append(command_name(verb.request));
  if (!arguments.empty()) {
    out.push_back(limited ? ',' : ':');
    if (verb.request == protocol::Verb::add) append_entry(out, arguments);
    else if (verb.request == protocol::Verb::mov) append_names(out, arguments);
    else if (verb.request == protocol::Verb::src) append_terms(out, arguments);
    else protocol::append_escaped(out, arguments[0], Place::name);
  }
  out.push_back('\n');
}

namespace {

/// A label that nobody knows is taken as it is, unless it looks like one that was meant otherwise.
void expect_no_slip(std::string_view label) {
  if (label.size() < shortest_slip || protocol::is_known_label(label)) return;
  if (!nearest(label, protocol::known_labels).empty()) throw std::runtime_error(no_such_label(label));
}

}  // namespace

std::vector<std::string> with_plain_fields(std::span<const std::string> arguments) {
  if (arguments.empty()) return {};
  std::array<std::optional<std::string>, protocol::plain_fields.size()> plain;
  std::size_t given = 0;  // by their place
  std::size_t used = 0;   // up to the last of them
  std::vector<std::string> rest;
  for (const auto& argument : arguments.subspan(1)) {
    const auto label = protocol::label_of(argument);
    const bool has_place = label.empty() && rest.empty() && given < plain.size();
    if (const auto place = has_place ? given++ : protocol::place_of_plain_field(label)) {
      auto& field = plain.at(*place);
      if (field) throw std::runtime_error(fmt::format("add: {} is given twice", protocol::plain_fields.at(*place)));
      field = has_place ? argument : argument.substr(label.size() + 1);
      used = std::max(used, *place + 1);
    } else {
      expect_no_slip(label);
      rest.push_back(argument);
    }
  }
  if (!rest.empty()) used = plain.size();
  std::vector<std::string> all{arguments[0]};
  for (std::size_t i = 0; i < used; ++i) all.push_back(plain.at(i).value_or(""));
  all.insert(all.end(), rest.begin(), rest.end());
  return all;
}

}  // namespace client
