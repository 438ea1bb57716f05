// SPDX-License-Identifier: MIT
#include "client/replies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "client/complain.hpp"
#include "client/nearest.hpp"
#include "protocol/escape.hpp"
#include "protocol/label.hpp"
#include "protocol/limits.hpp"
#include "protocol/reply.hpp"
#include "sys/error.hpp"
#include "sys/fd.hpp"

namespace client {
namespace {

/// No reply of protocol 1 comes near: whoever sends more is no server of it.
constexpr std::size_t longest_line = 4 * protocol::max_line;

/// C0, DEL, or C1 (U+0080 to U+009F are 0xC2 and then 0x80 to 0x9F): a reply has none, so that none reaches a terminal.
bool has_control_character(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    if (byte == 0xC2 && i + 1 < line.size() && static_cast<unsigned char>(line[i + 1]) < 0xA0) return true;
  }
  return false;
}

bool is_number_after(std::string_view prefix, std::string_view line) {
  return line.starts_with(prefix) && line.size() > prefix.size() &&
         line.find_first_not_of("0123456789", prefix.size()) == std::string_view::npos;
}

/// A data line has its first unescaped colon inside " : ".
bool is_entry(std::string_view line) {
  const auto colon = protocol::find_unescaped(line, ':');
  return colon != std::string_view::npos && colon > 1 && line.substr(colon - 1, 3) == " : ";
}

/// Whether `line` is what a server answers the verb with when all is well.
bool is_answer(const Verb& verb, std::string_view line) {
  switch (verb.request) {
    case protocol::Verb::add: return line.starts_with(protocol::added_prefix);
    case protocol::Verb::rem: return line.starts_with(protocol::deleted_prefix);
    case protocol::Verb::mov: return line.starts_with(protocol::renamed_prefix);
    case protocol::Verb::cnt: return is_number_after(protocol::entries_prefix, line);
    default: return is_entry(line);
  }
}

/// After an error that tells of an unknown label: which one may have been meant.
void suggest_label(std::string_view error) {
  error.remove_prefix(protocol::error_prefix.size());
  if (!error.starts_with(protocol::unknown_label_error)) return;
  const auto near = nearest(error.substr(protocol::unknown_label_error.size()), protocol::known_labels);
  if (!near.empty()) complain(fmt::format("did you mean '{}'?", near));
}

[[noreturn]] void not_understood(std::string_view line) {
  constexpr std::size_t most_shown = 64;
  throw std::runtime_error(fmt::format("the server's reply is not understood: {}", line.substr(0, most_shown)));
}

}  // namespace

void refuse_control_characters(std::string_view line) {
  if (has_control_character(line)) not_understood(line);
}

bool Replies::consume(std::string_view bytes) {
  std::string out;
  for (auto end = bytes.find('\n'); end != std::string_view::npos && !entries_.is_full(); end = bytes.find('\n')) {
    if (begun_.empty()) {
      take(bytes.substr(0, end), out);
    } else {
      begun_.append(bytes.substr(0, end));
      take(begun_, out);
      begun_.clear();
    }
    bytes.remove_prefix(end + 1);
  }
  begun_.append(bytes);
  if (begun_.size() > longest_line) throw std::runtime_error("the server's reply is too long");
  return sys::write_all(1, out, "standard output") && !entries_.is_full();
}

void Replies::finish() {
  std::string out;
  status_ = std::max(status_, entries_.finish(out));
  (void)sys::write_all(1, out, "standard output");
}

void Replies::take(std::string_view line, std::string& out) {
  refuse_control_characters(line);
  if (line.starts_with(protocol::error_prefix)) {
    complain(line, failed);
    suggest_label(line);
  } else if (line.starts_with(protocol::sorry_prefix)) {
    complain(line, not_found);
  } else if (line.starts_with(protocol::exists_prefix)) {
    complain(line, failed);
  } else if (verb_.reply == Reply::lines && is_number_after(protocol::found_prefix, line)) {
    if (line == "Found: 0" && !none_is_no_miss_) status_ = std::max(status_, not_found);
  } else if (is_answer(verb_, line)) {
    if (verb_.request == protocol::Verb::cnt) line.remove_prefix(protocol::entries_prefix.size());
    if (verb_.shows_entries) entries_.take(line, out);
    else out.append(line).push_back('\n');
    if (verb_.reply == Reply::lines) return;  // more of the same reply follow
  } else {
    not_understood(line);
  }
  ++complete_;
}

void Replies::complain(std::string_view line, Status status) {
  status_ = std::max(status_, status);
  sys::complain(line);
}

}  // namespace client
