// SPDX-License-Identifier: MIT
// Puts `Ni!` before and after each line, as the Knights do. No line is kept, however long: text is passed on as it
// comes.
//
// Most lines are short, so the cost is in the number of steps per line. There are three: find its end, copy it, and
// copy what stands between it and the next as one piece.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace filter {

/// What is said, and what counts as a message.
struct Ni {
  std::string word = "Ni!";
  bool whole_input = false;  // all of the input is one message
  char line_end = '\n';
};

/// Says it before and after each message of a stream that comes in pieces.
class NiFormat {
 public:
  /// Takes a piece of the output. Returns false once nobody reads it any more.
  using Write = std::function<bool(std::string_view)>;

  NiFormat(const Ni& options, Write write);

  /// Formats `bytes` and writes the result. False once nobody reads it any more.
  bool format(std::string_view bytes);
  /// Call at the end of the input. Returns the same.
  bool finish();

 private:
  void format_lines(std::string_view bytes);
  void format_part(std::string_view part);
  void format_message(std::string_view bytes);
  void say(std::string_view text);
  bool flush();

  std::string before_;   // the word and a line end
  std::string after_;    // a line end, the word, a line end
  std::string between_;  // after_ for one line and before_ for the next
  std::string empty_;    // the reply to an empty message
  bool whole_input_;
  char line_end_;
  bool begun_ = false;     // before_ has been said, after_ not yet
  bool held_end_ = false;  // a line end that may be the last of the whole input

  Write write_;
  bool is_read_ = true;
  std::unique_ptr<char[]> said_;  // output that is not written yet
  std::size_t size_ = 0;          // of said_
};

}  // namespace filter
