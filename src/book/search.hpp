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

/// A `label:term` whose label nobody knows; what() is the label.
class UnknownLabel : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// How well an entry matches, best first. An entry ranks by its worst term, which may be nowhere in it.
enum class Rank { exact_name, name_prefix, word_prefix, elsewhere, nowhere };

class Query {
 public:
  /// Terms as they came in the request: escaped, separated by spaces. Throws UnknownLabel.
  explicit Query(std::string_view terms);

  /// Not for two threads at once: it keeps its buffers between calls.
  Rank match(const store::Record& record) {
    return first_look_.rules_out(in_one_piece(record)) ? Rank::nowhere : look_closely(record);
  }

 private:
  struct Term {
    std::string label;  // empty: the name and every field
    std::string folded;
    std::string digits;  // empty: not one that could be a phone number
  };
  /// A field of the record at hand, prepared for comparing.
  struct Field {
    std::string label;
    std::string folded;
    std::string digits;
  };

  /// Stores keep the name and the entry side by side, or with a byte between them; where one does not, they are put so.
  std::string_view in_one_piece(const store::Record& record) {
    const auto& [name, entry] = record;
    const char* end = name.data() + name.size();
    if (end == entry.data() || end + 1 == entry.data()) return {name.data(), entry.data() + entry.size()};
    return whole_.assign(name).append(entry);
  }
  Rank look_closely(const store::Record& record);
  void prepare(const store::Record& record);
  void add_field(std::string_view label, std::string_view value);
  [[nodiscard]] Rank match(const Term& term) const;

  std::vector<Term> terms_;
  std::vector<Field> fields_;  // the name first; buffers are reused, so only the first count_ are of this record
  std::size_t count_ = 0;
  FirstLook first_look_;
  std::string whole_;  // of a record, for the first look
};

}  // namespace book
