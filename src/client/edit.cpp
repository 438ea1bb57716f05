// SPDX-License-Identifier: MIT
#include "client/edit.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <vector>

#include "client/change.hpp"
#include "client/form.hpp"
#include "protocol/limits.hpp"
#include "protocol/reply.hpp"
#include "sys/foreground.hpp"
#include "sys/private_file.hpp"

namespace client {
namespace {

/// More than the form of any entry that fits into a request: two bytes, a field without a label, make a line of 27.
constexpr std::size_t longest_text = 16 * protocol::max_line;

/// The words of a command line, which are separated by blanks: there are no quotes, and no shell.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  constexpr std::string_view blanks = " \t\n";
  for (auto start = text.find_first_not_of(blanks); start != std::string_view::npos;
       start = text.find_first_not_of(blanks, start)) {
    const auto end = std::min(text.find_first_of(blanks, start), text.size());
    words.emplace_back(text.substr(start, end - start));
    start = end;
  }
  return words;
}

std::vector<std::string> editor() {
  for (const char* variable : {"VISUAL", "EDITOR"}) {
    const char* value = std::getenv(variable);
    if (auto words = words_of(value != nullptr ? value : ""); !words.empty()) return words;
  }
  return {"vi"};
}

void run_editor(const sys::PrivateFile& file) {
  std::vector<std::string> command = editor();
  const std::string name = command.front();
  command.push_back(file.path());
  if (const std::string why = sys::run_in_foreground(command); !why.empty()) {
    throw std::runtime_error(fmt::format("{} failed: {}", name, why));
  }
}

Entry entry_in(const sys::PrivateFile& file, const Entry& original) {
  const std::string text = file.read(longest_text);
  if (text.size() > longest_text) throw std::runtime_error("cannot understand the text: too long");
  try {
    return parse_form(text, original);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(fmt::format("cannot understand the text: {}", error.what()));
  }
}

/// Returns the reply. Throws std::runtime_error for any but the one that the entry has been changed.
std::string store(transport::Link& server, const Present& present, const Entry& entry) {
  const std::string reply = ask_to_change(server, present, entry);
  if (is_overtaken(reply)) {
    throw std::runtime_error(fmt::format("somebody else has changed the entry for {} meanwhile", present.name));
  }
  if (!reply.starts_with(protocol::changed_prefix)) throw std::runtime_error(fmt::format("not stored: {}", reply));
  return reply;
}

/// Whether there is anything in the file that would be missed.
bool is_worth_keeping(const sys::PrivateFile& file, std::string_view form) {
  try {
    return file.read(form.size()) != form;
  } catch (const std::exception&) {
    return false;  // it is not there any more
  }
}

}  // namespace

exit_status::Status edit(transport::Link& server, const std::string& name) {
  const auto [status, present] = look_up(server, name);
  if (!present) return status;
  const std::string form = form_of(present->entry);
  sys::PrivateFile file(form);
  std::optional<std::string> changed;  // what the server said
  try {
    run_editor(file);
    const Entry entry = entry_in(file, present->entry);
    if (entry != present->entry) changed = store(server, *present, entry);
  } catch (const std::exception& error) {
    if (!is_worth_keeping(file, form)) throw;
    file.keep();
    throw std::runtime_error(fmt::format("{}; the text is kept in {}", error.what(), file.path()));
  }
  if (changed) return report(*changed, protocol::changed_prefix);
  say_unchanged(*present);
  return exit_status::done;
}

}  // namespace client
