// SPDX-License-Identifier: MIT
#include "client/birthdays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "client/record.hpp"
#include "number.hpp"
#include "sys/error.hpp"

namespace client {
namespace {

using std::chrono::month_day;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

/// `MM-DD`, or `MMDD` (the extended and the basic format of ISO 8601).
std::optional<month_day> parse_day(std::string_view text) {
  const bool is_basic = text.size() == 4;
  if (!is_basic && (text.size() != 5 || text[2] != '-')) return std::nullopt;
  const auto month = parse_number<unsigned>(text.substr(0, 2));
  const auto day = parse_number<unsigned>(text.substr(is_basic ? 2 : 3));
  if (!month || !day) return std::nullopt;
  const month_day date = std::chrono::month(*month) / static_cast<int>(*day);
  return date.ok() ? std::optional(date) : std::nullopt;
}

/// The day of the year `in` on which a birthday is kept.
sys_days kept_in(year in, month_day day) {
  const year_month_day date = in / day.month() / day.day();
  return date.ok() ? sys_days(date) : sys_days(in / day.month() / std::chrono::last);
}

std::string line_of(std::string_view name, const Birthday& birthday, sys_days day) {
  const year_month_day date(day);
  std::string line = fmt::format("{:04}-{:02}-{:02}  ", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  append_in_line(line, name);
  if (birthday.year) line += fmt::format(" ({})", (date.year() - *birthday.year).count());
  return line;
}

}  // namespace

std::optional<Birthday> parse_birthday(std::string_view text) {
  text = text.substr(0, text.find('T'));  // before a time, as vCards may have it
  if (text.starts_with("--")) {
    const auto day = parse_day(text.substr(2));
    return day ? std::optional(Birthday{std::nullopt, *day}) : std::nullopt;
  }
  const auto date = parse_date(text);
  return date ? std::optional(Birthday{date->year(), date->month() / date->day()}) : std::nullopt;
}

std::optional<year_month_day> parse_date(std::string_view text) {
  const bool is_basic = text.size() == 8;
  if (!is_basic && (text.size() != 10 || text[4] != '-')) return std::nullopt;
  const auto in = parse_number<unsigned>(text.substr(0, 4));
  const auto day = parse_day(text.substr(is_basic ? 4 : 5));
  if (!in || !day) return std::nullopt;
  const year_month_day date = year(static_cast<int>(*in)) / day->month() / day->day();
  return date.ok() ? std::optional(date) : std::nullopt;
}

year_month_day today() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  return year(local.tm_year + 1900) / (local.tm_mon + 1) / local.tm_mday;
}

std::optional<sys_days> first_kept(const Birthday& birthday, const Days& days) {
  const sys_days end = days.first + std::chrono::days(days.count);
  for (year in = year_month_day(days.first).year(); in <= year_month_day(end).year(); ++in) {
    const sys_days day = kept_in(in, birthday.day);
    const bool is_born = !birthday.year || *birthday.year <= in;
    if (is_born && day >= days.first && day < end) return day;
  }
  return std::nullopt;
}

Birthdays::Birthdays(const Days& days, Output output, bool as_dates)
    : days_(days), output_(std::move(output)), as_dates_(as_dates) {}

void Birthdays::take(std::string_view line, std::string& /*out*/) {
  const Entry entry = parse_entry(line);
  std::optional<sys_days> first;  // of an entry that is printed whole, and so once
  for_each_value(entry, "birthday", [&](const std::string& value) {
    const auto birthday = parse_birthday(value);
    if (!birthday) {
      sys::warn(fmt::format("{}: the birthday is no date: {}", entry.name, value));
      return;
    }
    const auto day = first_kept(*birthday, days_);
    if (!day) return;
    if (as_dates_) kept_.push_back({*day, line_of(entry.name, *birthday, *day)});
    else first = first ? std::min(*first, *day) : *day;
  });
  if (first) kept_.push_back({*first, std::string(line)});
}

exit_status::Status Birthdays::finish(std::string& out) {
  std::stable_sort(kept_.begin(), kept_.end(), [](const Kept& a, const Kept& b) { return a.day < b.day; });
  if (as_dates_) {
    const std::size_t count = std::min(kept_.size(), output_.limit);
    for (std::size_t i = 0; i < count; ++i) out.append(kept_[i].text).push_back(output_.style.end);
    return kept_.empty() ? exit_status::not_found : exit_status::done;
  }
  Printer printer(output_);
  for (auto kept = kept_.begin(); kept != kept_.end() && !printer.is_full(); ++kept) printer.take(kept->text, out);
  return kept_.empty() ? std::max(exit_status::not_found, printer.finish(out)) : printer.finish(out);
}

}  // namespace client
