// SPDX-License-Identifier: MIT
// A line of input from somebody at a terminal, who can edit it, recall earlier ones and have it completed with Tab.
// libedit does the work; only line_editor.cpp knows it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace client {

/// What a line may be completed to. However many there are, only the first are kept, to be listed.
class Candidates {
 public:
  void add(std::string_view line);

  [[nodiscard]] std::size_t count() const { return count_; }
  /// What all of them begin with, in whole characters.
  [[nodiscard]] const std::string& common() const { return common_; }
  /// The first of them in columns, for a terminal of that width; a line says how many more there are.
  [[nodiscard]] std::string in_columns(std::size_t width) const;

 private:
  std::vector<std::string> first_;
  std::string common_;
  std::size_t count_ = 0;
};

class LineEditor {
 public:
  /// Finds what the text before the cursor may be completed to.
  using Complete = std::function<Candidates(const std::string& typed)>;

  /// On standard input and output; null where one of them is no terminal, or no locale of the system has UTF-8.
  static std::unique_ptr<LineEditor> on_terminal();
  /// Leaves the terminal as it was found.
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  /// The line without its end; nothing at the end of input. Earlier answers to the same prompt can be recalled. What
  /// `complete` throws comes out of here.
  std::optional<std::string> ask(const std::string& prompt, const Complete& complete);

 private:
  LineEditor();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace client
