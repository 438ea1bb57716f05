// SPDX-License-Identifier: MIT
// Search (`src:`): which entries match a query, and how well.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "book/first_look.hpp"
#include "store/store.hpp"

namespace book {

/// A search that can't be made; what() is the error.
class BadQuery : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// How well an entry matches, best first. An entry ranks by its worst term, which may be nowhere in it.
enum class Rank { exact_name, name_prefix, word_prefix, elsewhere, nowhere };

class Query {
 public:
  /// Terms as they came in the request: escaped, separated by spaces. Equal ones count as one. Throws BadQuery.
  explicit Query(std::string_view terms);

  /// False for most records that do not match, told from their bytes (as a store::Look). Not for two threads at once.
  bool may_match(std::string_view bytes) { return !first_look_.rules_out(bytes); }
  /// Not for two threads at once: it keeps its buffers between calls.
  Rank match(const store::Record& record);

 private:
  struct Term {
    std::string label;  // empty: the name and every field
    std::string folded;
    std::string digits;  // empty: not one that could be a phone number

    bool operator==(const Term&) const = default;
  };
  /// A field of the record at hand, prepared for comparing.
  struct Field {
    std::string label;
    std::string folded;
    std::string digits;
  };

  void prepare(const store::Record& record);
  void add_field(std::string_view label, std::string_view value);
  [[nodiscard]] Rank match(const Term& term) const;

  std::vector<Term> terms_;
  std::vector<Field> fields_;  // the name first; buffers are reused, so only the first count_ are of this record
  std::size_t count_ = 0;
  FirstLook first_look_;
};

}  // namespace book
