// SPDX-License-Identifier: MIT
#include "client/menu.hpp"

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "client/change.hpp"
#include "client/line_editor.hpp"
#include "client/names.hpp"
#include "client/request_line.hpp"
#include "protocol/limits.hpp"
#include "sys/fd.hpp"

namespace client {
namespace {

constexpr std::size_t block_bytes = 4'096;  // of standard input
constexpr std::string_view menu =
    "1) Add Entry\n"
    "2) Delete Entry\n"
    "3) Find Entry\n"
    "4) Quit\n";
constexpr std::string_view choice_prompt = "Choose an option[1-4] ";
constexpr std::string_view name_prompt = "Enter the name: ";
constexpr std::array<std::string_view, 5> entry_prompts = {
    name_prompt, "Enter the House number: ", "Enter the Street name: ", "Enter the Town: ", "Enter the Phone number: "};

/// Standard input, a line at a time; on a terminal, one that can be edited. The end of input, or a reader of the
/// prompts that has gone, is nothing.
class Person {
 public:
  std::optional<std::string> ask(std::string_view prompt, const LineEditor::Complete& complete = {}) {
    if (editor_) return editor_->ask(std::string(prompt), complete);
    if (!tell(prompt)) return std::nullopt;
    while (true) {
      if (const auto end = read_.find('\n'); end != std::string::npos) return take(end, end + 1);
      if (ended_) return read_.empty() ? std::nullopt : std::optional(take(read_.size(), read_.size()));
      if (read_.size() > protocol::max_line) throw std::runtime_error("cannot read standard input: line too long");
      ended_ = sys::read_onto(read_, 0, block_bytes, "standard input") == 0;
    }
  }

  bool tell(std::string_view text) { return sys::print(text); }

 private:
  std::string take(std::size_t size, std::size_t with_end) {
    std::string line = read_.substr(0, size);
    read_.erase(0, with_end);
    if (line.ends_with('\r')) line.pop_back();
    return line;
  }

  std::unique_ptr<LineEditor> editor_ = LineEditor::on_terminal();
  std::string read_;
  bool ended_ = false;
};

std::optional<char> ask_choice(Person& person) {
  if (!person.tell(menu)) return std::nullopt;
  while (auto answer = person.ask(choice_prompt)) {
    if (answer->size() == 1 && (*answer)[0] >= '1' && (*answer)[0] <= '4') return (*answer)[0];
    if (!person.tell("Invalid choice, must be between 1 and 4.\n")) break;
  }
  return std::nullopt;
}

std::optional<std::vector<std::string>> ask_all(Person& person, std::span<const std::string_view> prompts,
                                                const LineEditor::Complete& complete) {
  std::vector<std::string> answers;
  for (const auto prompt : prompts) {
    auto answer = person.ask(prompt, complete);
    if (!answer) return std::nullopt;
    answers.push_back(std::move(*answer));
  }
  return answers;
}

}  // namespace

exit_status::Status run_menu(transport::Link& server) {
  Person person;
  const LineEditor::Complete complete_name = [&server](const std::string& typed) {
    Candidates names;
    for_each_name(server, typed, [&](std::string_view name) { names.add(name); });
    return names;
  };
  while (const auto choice = ask_choice(person)) {
    if (*choice == '4') return exit_status::done;
    const bool is_new = *choice == '1';
    const auto verb = is_new ? protocol::Verb::add : *choice == '2' ? protocol::Verb::rem : protocol::Verb::fnd;
    const auto prompts = std::span(entry_prompts).first(is_new ? entry_prompts.size() : 1);
    const auto answers = ask_all(person, prompts, is_new ? LineEditor::Complete() : complete_name);
    if (!answers) break;
    std::string request;
    append_request(request, verb, *answers);
    const std::string reply = ask(server, std::move(request));
    if (!person.tell("RESULT: " + reply + "\n")) return exit_status::done;
  }
  person.tell("\n");  // the end of input left the cursor behind a prompt
  return exit_status::done;
}

}  // namespace client
