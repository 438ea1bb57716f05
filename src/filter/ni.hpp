// SPDX-License-Identifier: MIT
// The Knights' way with a line: `Ni!` before it and after it. It holds no line, however long: text is passed on as it
// comes.
//
// Most lines are short, so what costs is the number of steps for each. There are three: its end is looked for, it is
// copied, and what stands between it and the next is copied as one piece.
#pragma once

#include <functional>
#include <memory>
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
  /// Takes a piece of the output; false once nobody reads it any more.
  using Write = std::function<bool(std::string_view)>;

  NiFormat(const Ni& options, Write write);

  /// Writes what can be said of `bytes`. False once nobody reads it any more.
  bool format(std::string_view bytes);
  /// The same at the end of the input.
  bool finish();

 private:
  void format_lines(std::string_view bytes);
  void format_part(std::string_view part);
  void format_message(std::string_view bytes);
  void say(std::string_view text);
  bool flush();

  std::string before_;   // the word and a line end
  std::string after_;    // a line end, the word, a line end
  std::string between_;  // after_ of a line and before_ of the next
  std::string empty_;    // what is said of an empty message
  bool whole_input_;
  char line_end_;
  bool begun_ = false;     // before_ has been said, after_ not yet
  bool held_end_ = false;  // a line end of the whole message that may be its last

  Write write_;
  bool is_read_ = true;
  std::unique_ptr<char[]> said_;  // and not yet written
  std::size_t size_ = 0;          // of that
};

}  // namespace filter
