// SPDX-License-Identifier: MIT
#include "client/request_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

#include "client/nearest.hpp"
#include "protocol/escape.hpp"
#include "protocol/label.hpp"
#include "protocol/limits.hpp"

namespace client {
namespace {

using protocol::Place;

std::string_view command_name(protocol::Verb verb) {
  const auto* command = std::find_if(protocol::commands.begin(), protocol::commands.end(),
                                     [verb](const auto& one) { return one.verb == verb; });
  return command->name;
}

/// A name, and after it what stands at `rest`.
void append_parts(std::string& out, std::span<const std::string> arguments, Place rest) {
  protocol::append_escaped(out, arguments[0], Place::name);
  for (const auto& part : arguments.subspan(1)) {
    out.push_back(',');
    protocol::append_escaped(out, part, rest);
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

bool can_ask_for(protocol::Verb verb, std::size_t limit) {
  return verb == protocol::Verb::lst && limit <= protocol::max_top;
}

void append_request(std::string& out, protocol::Verb verb, std::span<const std::string> arguments, std::size_t limit) {
  const bool limited = can_ask_for(verb, limit);
  if (limited) out.append(fmt::format("{}:{}", command_name(protocol::Verb::top), limit));
  else out.append(command_name(verb));
  if (!arguments.empty()) {
    out.push_back(limited ? ',' : ':');
    if (verb == protocol::Verb::add) append_parts(out, arguments, Place::field);
    else if (verb == protocol::Verb::mov) append_parts(out, arguments, Place::name);
    else if (verb == protocol::Verb::src) append_terms(out, arguments);
    else protocol::append_escaped(out, arguments[0], Place::name);
  }
  out.push_back('\n');
}

namespace {

/// Nothing else would find the field again. (Labels that begin with x- are known.)
void expect_known(std::string_view label) {
  if (label == "name") throw std::runtime_error("add: the name is the first argument");
  if (label.empty() || protocol::is_known_label(label)) return;
  throw std::runtime_error(no_such_label(label));
}

/// A value that looks like a label that is known but for capitals and blanks (`Email=...`) is hardly a house number.
void expect_no_slip(std::string_view value) {
  const std::string_view before = value.substr(0, value.find('='));
  if (before.size() == value.size()) return;
  std::string label;
  for (const char c : before) {
    if (c != ' ') label.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  if (protocol::is_known_label(label)) throw std::runtime_error(no_such_label(before));
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
    if (label.empty()) expect_no_slip(argument);
    const bool has_place = label.empty() && rest.empty() && given < plain.size();
    if (const auto place = has_place ? given++ : protocol::place_of_plain_field(label)) {
      auto& field = plain.at(*place);
      if (field) throw std::runtime_error(fmt::format("add: {} is given twice", protocol::plain_fields.at(*place)));
      field = has_place ? argument : argument.substr(label.size() + 1);
      used = std::max(used, *place + 1);
    } else {
      expect_known(label);
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
