// SPDX-License-Identifier: MIT
#include "client/line_editor.hpp"

#include <fmt/format.h>
#include <histedit.h>
#include <langinfo.h>
#include <termios.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cwchar>
#include <exception>
#include <map>

#include "protocol/escape.hpp"
#include "sys/fd.hpp"
#include "sys/signals.hpp"

namespace client {
namespace {

constexpr int input = 0;
constexpr int output = 1;
constexpr std::size_t most_listed = 100;
constexpr int most_remembered = 100;  // answers to each prompt
constexpr std::size_t gap = 2;        // between columns

/// libedit reads UTF-8 as the locale does. The protocol is UTF-8, whatever the environment says.
bool has_utf8_locale() {
  return std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr ||
         (std::setlocale(LC_CTYPE, "") != nullptr && std::string_view(nl_langinfo(CODESET)) == "UTF-8");
}

/// How many columns of the terminal the text takes.
std::size_t display_width(const std::string& text) {
  std::wstring wide(text.size(), L'\0');
  const std::size_t size = std::mbstowcs(wide.data(), text.c_str(), wide.size());
  const int width = size > wide.size() ? -1 : wcswidth(wide.data(), size);
  return width < 0 ? text.size() : static_cast<std::size_t>(width);
}

/// The length of what both begin with, in whole characters.
std::size_t common_length(std::string_view one, std::string_view other) {
  std::size_t size = 0;
  while (size < one.size()) {
    const std::string_view character = one.substr(size, protocol::character_length(one[size]));
    if (!other.substr(size).starts_with(character)) break;
    size += character.size();
  }
  return size;
}

struct ClosesFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
struct EndsHistory {
  void operator()(History* history) const { history_end(history); }
};
/// The mode of the terminal is not libedit's to restore: it would throw away what has been typed for the next program.
struct EndsEditor {
  void operator()(EditLine* editor) const {
    el_reset(editor);
    el_set(editor, EL_EDITMODE, 0);
    el_end(editor);
  }
};

/// The mode in which the terminal was found. There is only one, since a signal handler has to know it.
class TerminalMode {
 public:
  TerminalMode() {
    tcgetattr(input, &found);
    keep_on_signals();
  }
  ~TerminalMode() { restore(); }
  TerminalMode(const TerminalMode&) = delete;
  TerminalMode& operator=(const TerminalMode&) = delete;

  static void keep_on_signals() { sys::before_a_signal_ends_us(restore); }

 private:
  static void restore() { tcsetattr(input, TCSADRAIN, &found); }
  static inline termios found{};
};

}  // namespace

void Candidates::add(std::string_view line) {
  if (count_++ == 0) common_ = line;
  else common_.resize(common_length(common_, line));
  if (first_.size() < most_listed) first_.emplace_back(line);
}

std::string Candidates::in_columns(std::size_t width) const {
  std::vector<std::size_t> widths;
  for (const auto& line : first_) widths.push_back(display_width(line));
  const std::size_t column = first_.empty() ? gap : *std::max_element(widths.begin(), widths.end()) + gap;
  const std::size_t in_row = std::max<std::size_t>(1, (width + gap - 1) / column);
  const std::size_t rows = (first_.size() + in_row - 1) / in_row;
  std::string out;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = row; i < first_.size(); i += rows) {
      out += first_[i];
      if (i + rows < first_.size()) out.append(column - widths[i], ' ');
    }
    out.push_back('\n');
  }
  if (count_ > first_.size()) out += fmt::format("... and {} more\n", count_ - first_.size());
  return out;
}

/// What libedit comes back to, by the pointer that it keeps for us.
struct LineEditor::State {
  TerminalMode mode;
  std::unique_ptr<std::FILE, ClosesFile> nowhere{std::fopen("/dev/null", "we")};
  std::unique_ptr<EditLine, EndsEditor> editor;
  std::map<std::string, std::unique_ptr<History, EndsHistory>> histories;  // by prompt
  std::string prompt;
  const Complete* complete = nullptr;
  std::exception_ptr failure;  // thrown while libedit was on the stack

  static State& of(EditLine* editor) {
    State* state = nullptr;
    el_get(editor, EL_CLIENTDATA, &state);
    return *state;
  }
  /// libedit has put its own handlers in place by now. They would pass a signal that ends us on to the whole process
  /// group, and end the script that has started us.
  static char* show_prompt(EditLine* editor) {
    TerminalMode::keep_on_signals();
    return of(editor).prompt.data();
  }
  static unsigned char press_tab(EditLine* editor, int) {
    State& state = of(editor);
    try {
      return state.complete_line();
    } catch (...) {
      state.failure = std::current_exception();
      return CC_EOF;
    }
  }

  unsigned char complete_line();
  History* history_of_prompt();
};

unsigned char LineEditor::State::complete_line() {
  const LineInfo* line = el_line(editor.get());
  const std::string typed(line->buffer, line->cursor);
  const Candidates candidates = *complete ? (*complete)(typed) : Candidates();
  if (candidates.common().empty() && candidates.count() < 2) return CC_ERROR;
  if (!candidates.common().empty() && candidates.common() != typed) {
    const LineInfoW* characters = el_wline(editor.get());
    el_deletestr(editor.get(), static_cast<int>(characters->cursor - characters->buffer));
    el_insertstr(editor.get(), candidates.common().c_str());
    return CC_REFRESH;
  }
  if (candidates.count() < 2) return CC_NORM;
  int width = 0;
  el_get(editor.get(), EL_GETTC, "co", &width, nullptr);
  const std::string list = "\n" + candidates.in_columns(static_cast<std::size_t>(std::max(width, 1)));
  if (!sys::write_all(output, list, "standard output")) return CC_EOF;
  el_set(editor.get(), EL_REFRESH);
  return CC_NORM;
}

History* LineEditor::State::history_of_prompt() {
  auto& past = histories[prompt];
  if (!past) {
    past.reset(history_init());
    HistEvent event;
    history(past.get(), &event, H_SETSIZE, most_remembered);
    history(past.get(), &event, H_SETUNIQUE, 1);
  }
  return past.get();
}

std::unique_ptr<LineEditor> LineEditor::on_terminal() {
  if (!sys::is_terminal(input) || !sys::is_terminal(output) || !has_utf8_locale()) return nullptr;
  std::unique_ptr<LineEditor> editor(new LineEditor());
  return editor->state_->editor ? std::move(editor) : nullptr;
}

LineEditor::LineEditor() : state_(std::make_unique<State>()) {
  // What it has to say of a terminal that it does not know would stand between the prompts.
  EditLine* editor = el_init("addbook", stdin, stdout, state_->nowhere ? state_->nowhere.get() : stderr);
  if (editor == nullptr) return;
  state_->editor.reset(editor);
  el_set(editor, EL_CLIENTDATA, state_.get());
  el_set(editor, EL_PROMPT, &State::show_prompt);
  el_set(editor, EL_SIGNAL, 1);
  el_set(editor, EL_EDITOR, "emacs");
  el_wset(editor, EL_ADDFN, L"complete-line", L"Complete the line", &State::press_tab);
  // A line end stays one, so that what is typed ahead for the next program reaches it whole.
  el_set(editor, EL_SETTY, "-d", "-inlcr", nullptr);
  el_source(editor, nullptr);  // ~/.editrc
  el_set(editor, EL_BIND, "^I", "complete-line", nullptr);
  // What the end-of-file key has become when it is typed ahead, between two prompts.
  el_set(editor, EL_BIND, "^@", "em-delete-or-list", nullptr);
}

LineEditor::~LineEditor() = default;

std::optional<std::string> LineEditor::ask(const std::string& prompt, const Complete& complete) {
  EditLine* editor = state_->editor.get();
  state_->prompt = prompt;
  state_->complete = &complete;
  History* past = state_->history_of_prompt();
  el_set(editor, EL_HIST, history, past);
  int size = 0;
  const char* line = nullptr;
  // A signal that stops the job can't where no shell would continue it: then libedit gives up, and starts anew.
  do {
    el_set(editor, EL_PREP_TERM, 1);  // before the prompt is shown, so that no key is echoed twice
    errno = 0;
    line = el_gets(editor, &size);
  } while (size < 0 && errno == EINTR && !state_->failure);  // 0 is the end of input
  if (state_->failure) std::rethrow_exception(std::exchange(state_->failure, nullptr));
  if (line == nullptr || size <= 0) return std::nullopt;
  std::string answer(line);
  while (answer.ends_with('\n') || answer.ends_with('\r')) answer.pop_back();
  HistEvent event;
  if (!answer.empty()) history(past, &event, H_ENTER, answer.c_str());
  return answer;
}

}  // namespace client
