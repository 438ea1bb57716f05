// SPDX-License-Identifier: MIT
// The Knights' way with a line: `Ni!` before it and after it. It holds no line, however long: text is passed on as it
// comes.
#pragma once

#include <string>
#include <string_view>

namespace filter {

struct Ni {
  std::string word = "Ni!";
  bool whole_input = false;  // all of the input is one message
  char line_end = '\n';
};

class NiFormat {
 public:
  explicit NiFormat(const Ni& options);

  /// Appends to `out` what can be said of `bytes`.
  void format(std::string_view bytes, std::string& out);
  /// The same at the end of the input.
  void finish(std::string& out);

 private:
  void format_line(std::string_view line, std::string& out) const;
  void format_part(std::string_view part, std::string& out);
  void format_message(std::string_view bytes, std::string& out);

  std::string before_;  // the word and a line end
  std::string after_;   // a line end, the word, a line end
  std::string empty_;   // what is said of an empty message
  bool whole_input_;
  char line_end_;
  bool begun_ = false;     // before_ has been said, after_ not yet
  bool held_end_ = false;  // a line end of the whole message that may be its last
};

}  // namespace filter
