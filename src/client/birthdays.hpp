// SPDX-License-Identifier: MIT
// Whose birthday it is: the entries with a field `birthday` that falls into some days, in the order of these.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/printer.hpp"

namespace client {

/// A date of birth. Without a year, the year is nothing.
struct Birthday {
  std::optional<std::chrono::year> year;
  std::chrono::month_day day;
};

/// `YYYY-MM-DD`, or `--MM-DD` without the year, with or without the hyphens inside (ISO 8601; vCard, RFC 6350, section
/// 4.3.1). Nothing if it is not a date.
std::optional<Birthday> parse_birthday(std::string_view text);

/// `YYYY-MM-DD` or `YYYYMMDD`; nothing if it is not a date.
std::optional<std::chrono::year_month_day> parse_date(std::string_view text);

/// The date where this program runs.
std::chrono::year_month_day today();

/// Some days in a row, from `first` on.
struct Days {
  std::chrono::sys_days first;
  int count;
};

/// A stretch of days that a person may ask for.
struct Span {
  std::string_view name;
  int days;
};

inline constexpr std::array<Span, 3> spans{{
    {"today", 1},
    {"week", 7},
    {"month", 31},
}};

/// The first day of `days` on which a birthday is kept, nothing when there is none. A birthday on 29 February is kept
/// on the 28th in a year without that day; nobody has one before being born.
std::optional<std::chrono::sys_days> first_kept(const Birthday& birthday, const Days& days);

/// Prints the entries with a birthday in these days once all have come: as lines `YYYY-MM-DD  NAME (AGE)`, or as the
/// output options have it. Reports a birthday that is not a date on standard error.
class Birthdays final : public Entries {
 public:
  /// Without a format and label of its own (`as_dates`), only the end of records and the limit of `output` count.
  Birthdays(const Days& days, Output output, bool as_dates);

  void take(std::string_view line, std::string& out) override;
  [[nodiscard]] bool is_full() const override { return false; }
  exit_status::Status finish(std::string& out) override;

 private:
  struct Kept {
    std::chrono::sys_days day;
    std::string text;  // what is printed, or the data line that the printer makes it from
  };

  Days days_;
  Output output_;
  bool as_dates_;
  std::vector<Kept> kept_;
};

}  // namespace client
