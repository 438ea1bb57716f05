// SPDX-License-Identifier: MIT
#include "client/replies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "client/nearest.hpp"
#include "client/reply_line.hpp"
#include "number.hpp"
#include "protocol/label.hpp"
#include "protocol/reply.hpp"
#include "sys/error.hpp"
#include "sys/fd.hpp"
#include "transport/link.hpp"

namespace client {
namespace {

/// How much may wait for the reader of standard output: more than most books have.
constexpr std::size_t most_ahead = std::size_t{1} << 28;

bool is_number_after(std::string_view prefix, std::string_view line) {
  return line.starts_with(prefix) && line.size() > prefix.size() &&
         line.find_first_not_of("0123456789", prefix.size()) == std::string_view::npos;
}

/// Whether `line` is what a server answers the verb with when all is well.
bool is_answer(protocol::Verb verb, std::string_view line) {
  switch (verb) {
    case protocol::Verb::add: return line.starts_with(protocol::added_prefix);
    case protocol::Verb::rem: return line.starts_with(protocol::deleted_prefix);
    case protocol::Verb::mov: return line.starts_with(protocol::renamed_prefix);
    case protocol::Verb::cnt: return is_number_after(protocol::entries_prefix, line);
    default: return parse_data_line(line).has_value();
  }
}

/// After an error that tells of an unknown label: which one may have been meant.
void suggest_label(std::string_view error) {
  error.remove_prefix(protocol::error_prefix.size());
  if (!error.starts_with(protocol::unknown_label_error)) return;
  error.remove_prefix(protocol::unknown_label_error.size());
  if (error.empty()) sys::warn("a label stands right before its colon, without a space");
  const auto near = nearest(error, protocol::known_labels);
  if (!near.empty()) sys::warn(fmt::format("did you mean '{}'?", near));
}

}  // namespace

Replies::Replies(protocol::Verb verb, bool none_is_no_miss, bool reads_ahead, Entries& entries)
    : verb_(verb), none_is_no_miss_(none_is_no_miss), entries_(entries) {
  if (reads_ahead) ahead_.emplace(1, "standard output");
}

bool Replies::consume(std::string_view bytes) {
  for (auto end = bytes.find('\n'); end != std::string_view::npos && !entries_.is_full(); end = bytes.find('\n')) {
    if (begun_.empty()) {
      take(bytes.substr(0, end));
    } else {
      begun_.append(bytes.substr(0, end));
      take(begun_);
      begun_.clear();
    }
    bytes.remove_prefix(end + 1);
  }
  begun_.append(bytes);
  if (begun_.size() > transport::longest_reply) throw std::runtime_error("the server's reply is too long");
  return print_some() && !entries_.is_full();
}

void Replies::finish() {
  status_ = std::max(status_, entries_.finish(out_));
  print_all();
}

bool Replies::print_all() {
  const std::string all = std::exchange(out_, {});  // once, whatever comes of it
  const std::size_t begin = std::exchange(printed_, 0);
  has_reader_ = has_reader_ && sys::print(std::string_view(all).substr(begin));
  return has_reader_;
}

bool Replies::print_some() {
  if (!ahead_ || out_.size() - printed_ > most_ahead) return print_all();
  std::string_view rest = std::string_view(out_).substr(printed_);
  printed_ = out_.size();  // not again, should this fail
  has_reader_ = has_reader_ && ahead_->write_now(rest);
  printed_ -= rest.size();
  if (printed_ > rest.size()) out_.erase(0, std::exchange(printed_, 0));
  return has_reader_;
}

void Replies::take(std::string_view line) {
  refuse_control_characters(line);
  if (line.starts_with(protocol::error_prefix)) {
    complain(line, exit_status::failed);
    suggest_label(line);
  } else if (line.starts_with(protocol::not_found_prefix)) {
    complain(line, exit_status::not_found);
  } else if (line.starts_with(protocol::exists_prefix)) {
    complain(line, exit_status::failed);
  } else if (lists_entries(verb_) && is_number_after(protocol::found_prefix, line)) {
    if (parse_number<std::size_t>(line.substr(protocol::found_prefix.size())) != listed_) throw_not_understood(line);
    if (std::exchange(listed_, 0) == 0 && !none_is_no_miss_) status_ = std::max(status_, exit_status::not_found);
  } else if (is_answer(verb_, line)) {
    if (verb_ == protocol::Verb::cnt) line.remove_prefix(protocol::entries_prefix.size());
    if (shows_entries(verb_)) entries_.take(line, out_);
    else out_.append(line).push_back('\n');
    if (lists_entries(verb_)) {
      ++listed_;
      return;  // more of the same reply follow
    }
  } else {
    throw_not_understood(line);
  }
  ++complete_;
}

void Replies::complain(std::string_view line, exit_status::Status status) {
  print_all();  // first what the server has said before
  status_ = std::max(status_, status);
  sys::complain(line);
}

}  // namespace client
