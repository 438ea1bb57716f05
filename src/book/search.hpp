// SPDX-License-Identifier: MIT
// Search (`src:`): which entries match a query, and how well.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "book/prefilter.hpp"
#include "store/store.hpp"

namespace book {

/// A query that can't be run; what() is the error.
class BadQuery : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// How well an entry matches, best first. An entry ranks by its worst term, which may be nowhere in it.
enum class Rank { exact_name, name_prefix, word_prefix, elsewhere, nowhere };

class Query {
 public:
  /// Terms as they came in the request: escaped, separated by spaces. Equal terms count once. Throws BadQuery.
  explicit Query(std::string_view terms);

  /// False for most records that don't match, judged by their raw bytes (a store::Filter).
  bool may_match(std::string_view bytes) { return !prefilter_.rules_out(bytes); }
  /// How well the record matches all terms.
  Rank match(const store::Record& record);

 private:
  struct Term {
    std::string label;  // empty: the name and every field
    std::string folded;
    std::string digits;  // empty: it can't be a phone number

    bool operator==(const Term&) const = default;
  };
  /// A field of the current record, prepared for comparison.
  struct Field {
    std::string label;
    std::string folded;
    std::string digits;
  };

  void prepare(const store::Record& record);
  void add_field(std::string_view label, std::string_view value);
  [[nodiscard]] Rank match(const Term& term) const;

  std::vector<Term> terms_;
  std::vector<Field> fields_;  // the name first; buffers are reused, so only the first count_ belong to this record
  std::size_t count_ = 0;
  Prefilter prefilter_;
};

}  // namespace book
