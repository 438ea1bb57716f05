// SPDX-License-Identifier: MIT
// A request line as a client makes it: plain text in, the protocol's escapes out. And what to expect of its reply.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "protocol/command.hpp"
#include "protocol/limits.hpp"

namespace client {

/// Whether the request has one name, so that several names are several requests.
constexpr bool takes_one_name(protocol::Verb verb) {
  return verb == protocol::Verb::fnd || verb == protocol::Verb::rem;
}

/// Whether the reply has any number of entries, and then how many were found.
constexpr bool lists_entries(protocol::Verb verb) { return verb == protocol::Verb::lst || verb == protocol::Verb::src; }

/// Whether the reply has entries, one or several.
constexpr bool shows_entries(protocol::Verb verb) { return verb == protocol::Verb::fnd || lists_entries(verb); }

using protocol::no_limit;

/// Whether the request can ask for at most `limit` entries.
bool can_ask_for(protocol::Verb verb, std::size_t limit);

/// Appends the request line (with its line end) for `arguments`, one where takes_one_name(). It asks for at most
/// `limit` entries where it can.
void append_request(std::string& out, protocol::Verb verb, std::span<const std::string> arguments,
                    std::size_t limit = no_limit);

/// The arguments of `add` in the order of an entry: number, street, town and phone may be named (`town=York`), and
/// those that are missing before a labelled field (`email=...`) are empty. Throws std::runtime_error where one is given
/// twice, or a label is not known.
std::vector<std::string> with_plain_fields(std::span<const std::string> arguments);

}  // namespace client
