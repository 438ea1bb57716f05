// SPDX-License-Identifier: MIT
#include "client/edit.hpp"

#include <fmt/format.h>
#include <wordexp.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include "client/change.hpp"
#include "client/form.hpp"
#include "protocol/limits.hpp"
#include "protocol/reply.hpp"
#include "sys/environment.hpp"
#include "sys/foreground.hpp"
#include "sys/private_file.hpp"

namespace client {
namespace {

/// More than the form of any entry that fits into a request: two bytes, a field without a label, make a line of 27.
constexpr std::size_t longest_text = 16 * protocol::max_line;

/// Returns the words of the command line in an environment variable, with quotes and variables as in a shell, but
/// without running anything (wordexp(3)); none if it is not set. Throws std::runtime_error.
std::vector<std::string> words_in(const char* variable) {
  const std::string value(sys::variable(variable));
  wordexp_t words{};
  const int failed = wordexp(value.c_str(), &words, WRDE_NOCMD);
  const std::unique_ptr<wordexp_t, decltype(&wordfree)> owner(&words, wordfree);
  if (failed != 0) throw std::runtime_error(fmt::format("cannot understand ${}: {}", variable, value));
  return {words.we_wordv, words.we_wordv + words.we_wordc};
}

std::vector<std::string> editor() {
  for (const char* variable : {"VISUAL", "EDITOR"}) {
    if (auto words = words_in(variable); !words.empty()) return words;
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
    const bool is_gone = reply.starts_with(protocol::not_found_prefix);
    throw std::runtime_error(
        fmt::format("somebody else has {} the entry for {} meanwhile", is_gone ? "removed" : "changed", present.name));
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
  const std::string is_kept = "the text is kept in " + file.path();
  file.keep_at_signal("interrupted; " + is_kept);
  try {
    run_editor(file);
    const Entry entry = entry_in(file, present->entry);
    if (entry != present->entry) changed = store(server, *present, entry);
  } catch (const std::exception& error) {
    if (!is_worth_keeping(file, form)) throw;
    file.keep();
    throw std::runtime_error(fmt::format("{}; {}", error.what(), is_kept));
  }
  if (changed) return report(*changed, protocol::changed_prefix);
  say_unchanged(*present);
  return exit_status::done;
}

}  // namespace client
