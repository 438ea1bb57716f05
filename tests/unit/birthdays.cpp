// SPDX-License-Identifier: MIT
// Dates of birth, and the days on which they are celebrated, as tables.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include <string>
#include <vector>

#include "client/birthdays.hpp"

namespace {

/// The day as `MM-DD`, with the year if there is one; empty for what is not a birthday.
std::string understood(const std::string& text) {
  const auto birthday = client::parse_birthday(text);
  if (!birthday) return "";
  return fmt::format("{}{:02}-{:02}", birthday->year ? fmt::format("{:04}-", static_cast<int>(*birthday->year)) : "--",
                     static_cast<unsigned>(birthday->day.month()), static_cast<unsigned>(birthday->day.day()));
}

/// The day among `count` days from `first` on that a birthday falls on, or nothing.
std::string kept(const std::string& birthday, const std::string& first, int count) {
  const auto day = client::first_kept(*client::parse_birthday(birthday), {*client::parse_date(first), count});
  if (!day) return "";
  const std::chrono::year_month_day date(*day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

}  // namespace

TEST_CASE("a birthday is a date, or one without its year") {
  for (const std::string good : {"1952-03-11", "2000-02-29", "0482-05-01", "--03-11", "--02-29", "--12-31"}) {
    CHECK(understood(good) == good);
  }
  CHECK(understood("19520311") == "1952-03-11");  // the basic format, as in a vCard
  CHECK(understood("--0311") == "--03-11");
  CHECK(understood("1952-03-11T09:30:00Z") == "1952-03-11");
  for (const std::string bad :
       {"",           "1952",       "1952-03",    "1952-3-11",  "52-03-11",  "1952-13-01", "1952-00-10",
        "1952-02-30", "1999-02-29", "1952-04-31", "1952/03/11", "195203111", "-1952-3-11", "+952-03-11",
        " 952-03-11", "--3-11",     "--02-30",    "--00-00",    "03-11",     "March 11",   "1952-03-1\u0661"}) {
    CAPTURE(bad);
    CHECK(understood(bad).empty());
  }
}

TEST_CASE("a birthday is kept on the first of the days that it falls on") {
  struct Case {
    std::string birthday, first;
    int count;
    std::string day;
  };
  for (const auto& [birthday, first, count, day] : std::vector<Case>{
           {"1952-03-11", "2026-03-11", 1, "2026-03-11"},
           {"1952-03-11", "2026-03-10", 1, ""},
           {"1952-03-11", "2026-03-12", 1, ""},
           {"1952-03-11", "2026-03-05", 7, "2026-03-11"},
           {"1952-03-11", "2026-03-04", 7, ""},
           {"1952-01-02", "2026-12-30", 7, "2027-01-02"},
           {"--01-02", "2026-12-03", 31, "2027-01-02"},
           {"--01-03", "2026-12-03", 31, ""},
           {"2000-02-29", "2024-02-29", 1, "2024-02-29"},
           {"2000-02-29", "2024-02-28", 1, ""},
           {"2000-02-29", "2026-02-28", 1, "2026-02-28"},
           {"--02-29", "2026-03-01", 1, ""},
           {"--02-29", "2100-02-28", 1, "2100-02-28"},
           {"2026-03-11", "2026-03-11", 1, "2026-03-11"},
           {"2027-03-11", "2026-03-11", 1, ""},
       }) {
    CAPTURE(birthday);
    CAPTURE(first);
    CHECK(kept(birthday, first, count) == day);
  }
}
