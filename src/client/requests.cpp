// SPDX-License-Identifier: MIT
#include "client/requests.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "protocol/limits.hpp"
#include "sys/fd.hpp"

namespace client {

Requests::Requests(protocol::Verb verb, std::vector<std::string> arguments, char name_end, std::size_t limit)
    : verb_(verb),
      arguments_(std::move(arguments)),
      from_input_(takes_one_name(verb) && arguments_.size() == 1 && arguments_[0] == "-"),
      name_end_(name_end),
      limit_(limit) {}

bool Requests::produce(std::string& out) {
  if (from_input_) {
    try {
      read_names(out);
    } catch (const std::exception&) {
      failure_ = std::current_exception();
      complete_ = true;
    }
    return !complete_;
  }
  if (takes_one_name(verb_)) {
    for (const auto& argument : arguments_) append(out, argument);
  } else {
    append_request(out, verb_, arguments_, limit_);
    ++made_;
  }
  complete_ = true;
  return false;
}

void Requests::append(std::string& out, std::string_view name) {
  const std::string argument(name);
  append_request(out, verb_, {&argument, 1});
  ++made_;
}

void Requests::expect_no_failure() const {
  if (failure_) std::rethrow_exception(failure_);
}

/// Throws std::runtime_error, with the requests made so far in `out`.
void Requests::read_names(std::string& out) {
  const std::size_t got = sys::read_onto(begun_, input(), protocol::max_line, "standard input");

  std::string_view rest = begun_;
  for (auto end = rest.find(name_end_); end != std::string_view::npos; end = rest.find(name_end_)) {
    std::string_view name = rest.substr(0, end);
    if (name_end_ == '\n' && name.ends_with('\r')) name.remove_suffix(1);
    append(out, name);
    rest.remove_prefix(end + 1);
  }
  if (rest.size() > protocol::max_line) {
    throw std::runtime_error(fmt::format("cannot read standard input: line {}: too long", made_ + 1));
  }
  complete_ = got == 0;
  if (complete_ && !rest.empty()) {
    append(out, rest);
    rest = {};
  }
  begun_.erase(0, begun_.size() - rest.size());
}

}  // namespace client
