// SPDX-License-Identifier: MIT
// The fields of an entry: four without a label, known by their place, then labelled ones, `LABEL=VALUE`. Labels are
// `[a-z][a-z0-9.-]*`.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace protocol {

/// What the first four fields are called.
inline constexpr std::array<std::string_view, 4> plain_fields = {"number", "street", "town", "phone"};

/// Which of the first four fields, if any, is called `name`.
std::optional<std::size_t> place_of_plain_field(std::string_view name);

/// The labels that search knows, with the name and the four that need none. `email.work` is a kind of `email`, and
/// what begins with `x-` is anybody's own.
inline constexpr std::array<std::string_view, 17> known_labels = {
    "name", "number", "street", "town", "phone",    "email",    "org",    "title",  "note",
    "url",  "nick",   "tag",    "uid",  "birthday", "postcode", "region", "country"};

/// Whether `label` is `wanted` or one of its kind: `email` covers `email.work`.
bool covers(std::string_view wanted, std::string_view label);

/// Whether `label` is a known one, one of its kind, or begins with `x-`.
bool is_known_label(std::string_view label);

/// The part of a field before its `=`, empty when the field has no label.
std::string_view label_of(std::string_view field);

}  // namespace protocol
