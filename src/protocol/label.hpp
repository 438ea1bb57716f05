// SPDX-License-Identifier: MIT
// The fields of an entry: four without a label, known by their position, then labelled ones, `LABEL=VALUE`. Labels are
// `[a-z][a-z0-9.-]*`.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace protocol {

/// The names of the first four fields.
inline constexpr std::array<std::string_view, 4> plain_fields = {"number", "street", "town", "phone"};

/// The position of the plain field called `name`, if there is one.
std::optional<std::size_t> place_of_plain_field(std::string_view name);

/// The labels that search knows, including the name and the four plain fields. `email.work` is a kind of `email`, and
/// labels that begin with `x-` are free for anybody's own use.
inline constexpr std::array<std::string_view, 17> known_labels = {
    "name", "number", "street", "town", "phone",    "email",    "org",    "title",  "note",
    "url",  "nick",   "tag",    "uid",  "birthday", "postcode", "region", "country"};

/// Whether `label` is `wanted` or a kind of it: `email` covers `email.work`.
bool covers(std::string_view wanted, std::string_view label);

/// Whether `label` is known, is a kind of a known one, or begins with `x-`.
bool is_known_label(std::string_view label);

/// The part of a field before its `=`, empty when the field has no label.
std::string_view label_of(std::string_view field);

}  // namespace protocol
