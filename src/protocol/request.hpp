// SPDX-License-Identifier: MIT
// Parses a request line: syntax only, nothing is looked up.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <string_view>

#include "protocol/command.hpp"
#include "protocol/limits.hpp"

namespace protocol {

struct Request {
  /// Null when the line was refused: then `text` is what follows `ERROR: `.
  const Command* command = nullptr;
  /// Canonical name (add, rem, fnd, new, chg; the old one of mov) or prefix (lst, top).
  std::string_view name{};
  /// Canonical entry (add, new, chg), the canonical new name (mov), the terms as they came (src), or why the line was
  /// refused.
  std::string_view text{};
  /// The canonical entry that the name must still have (chg).
  std::string_view old{};
  /// How many entries are wanted at most (top).
  std::size_t limit = no_limit;
};

/// Parses a line without its line end. The checks are made in the order that the protocol lays down, and the first that
/// fails gives the reply. The views point into `line`, `memory` or constants.
Request parse(std::string_view line, std::pmr::memory_resource& memory);

/// The refusal of a line of more than max_line bytes, or of an entry that is not to become longer than max_record.
Request line_too_long();
inline constexpr std::string_view line_too_long_error = "Line too long (limit 65536 bytes)";

}  // namespace protocol
