// SPDX-License-Identifier: MIT
// What becomes of the entries of a reply; usually they are printed as they come, in a format.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "client/format.hpp"
#include "client/request_line.hpp"
#include "exit_status.hpp"

namespace client {

/// Takes entries, one after the other.
class Entries {
 public:
  virtual ~Entries() = default;
  /// Takes a data line, and appends to `out` what can be printed of it now. Throws std::runtime_error.
  virtual void take(std::string_view line, std::string& out) = 0;
  /// Whether no more are wanted.
  [[nodiscard]] virtual bool is_full() const = 0;
  /// Appends what has waited for the last entry, and says whether there was anything to print.
  virtual exit_status::Status finish(std::string& out) = 0;
};

/// What the output options ask for.
struct Output {
  const Format* format = &formats().front();
  std::string label;  // print the values of this field instead
  Style style;
  std::size_t limit = no_limit;  // of entries that have something to print

  /// How many entries are enough in any case: those that have nothing to print don't count.
  [[nodiscard]] std::size_t most_needed() const { return label.empty() && !format->of_addresses ? limit : no_limit; }
};

class Printer final : public Entries {
 public:
  explicit Printer(Output output) : output_(std::move(output)) {}

  void take(std::string_view line, std::string& out) override;
  [[nodiscard]] bool is_full() const override { return printed_ >= output_.limit; }
  exit_status::Status finish(std::string& out) override;

 private:
  void append(std::string& out, std::string_view line) const;

  Output output_;
  std::string held_;         // records that wait for their header
  std::size_t taken_ = 0;    // entries
  std::size_t printed_ = 0;  // how many of them had a record
};

}  // namespace client
