// SPDX-License-Identifier: MIT
// check: whether a recorded history (see history.hpp) is linearizable. Each name is checked on its own, which is
// equivalent to checking all together.
//
//   check [--each] < HISTORY
//
// Prints "N operations, M names, linearizable" and exits with 0; or the shortest run of operations that no order
// explains, whatever was there before them, and exits with 1. With --each, prints a verdict for each name instead. Made
// for histories with some ten concurrent operations on a name, 64 at most.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iostream>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "history.hpp"
#include "search.hpp"

namespace {

using linear::Kind;
using linear::Operation;
using linear::Step;
using linear::Time;
using linear::Value;
using Operations = std::vector<Operation>;

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

Time time_in(const std::string& word) {
  Time time = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), time);
  if (error != std::errc() || end != word.data() + word.size()) throw std::runtime_error("bad time: " + word);
  return time;
}

Operation parse(const std::string& line) {
  const auto words = words_of(line);
  if (words.size() != 7) throw std::runtime_error("bad line: " + line);
  const std::string& result = words[6];
  Operation operation;
  operation.client = static_cast<std::size_t>(time_in(words[0]));
  operation.name = words[1];
  operation.invoked = time_in(words[4]);
  operation.responded = words[5] == "?" ? linear::never : time_in(words[5]);
  if (operation.responded < operation.invoked) throw std::runtime_error("ends before it begins: " + line);
  if (words[2] == "add") {
    operation.kind = Kind::add;
    operation.value = words[3];
  } else if (words[2] == "rem") {
    operation.kind = Kind::rem;
    operation.existed = result == "yes";
  } else if (words[2] == "fnd") {
    operation.kind = Kind::fnd;
    operation.value = operation.is_open() || result == "-" ? "" : result;
  } else {
    throw std::runtime_error("bad line: " + line);
  }
  return operation;
}

/// The operations on one name in the order of their invocations, and as the search needs them.
class Register {
 public:
  explicit Register(Operations operations) : operations_(std::move(operations)) {
    std::sort(operations_.begin(), operations_.end(),
              [](const Operation& a, const Operation& b) { return a.invoked < b.invoked; });
    std::unordered_map<std::string_view, Value> seen;
    for (const auto& operation : operations_) {
      if (operation.kind == Kind::fnd && !operation.value.empty())
        seen.try_emplace(operation.value, static_cast<Value>(values_ + seen.size()));
    }
    for (const auto& operation : operations_) {
      const auto value = seen.find(operation.value);
      Value number = linear::absent;
      if (value != seen.end()) number = value->second;
      else if (operation.kind == Kind::add) number = linear::unseen;
      steps_.push_back(
          {operation.kind, operation.is_open(), operation.existed, number, operation.invoked, operation.responded});
    }
    values_ += static_cast<Value>(seen.size());
  }

  /// The operation whose response can't be explained, if any.
  [[nodiscard]] std::optional<std::size_t> first_unexplained() const {
    const Value start = linear::absent;
    return linear::Search(steps_, values_, {&start, 1}).first_unexplained();
  }

  /// The fewest successive operations such that no order explains the responses up to the end of the last.
  [[nodiscard]] Operations shortest_window(std::size_t unexplained) const {
    const Time until = first_contradiction(operations_[unexplained].responded);
    const std::size_t end = invoked_by(until);
    std::size_t most = 1;
    while (most < end && is_explained(end - most, end, until)) most *= 2;
    most = std::min(most, end);
    std::size_t least = most / 2;  // a window of this length is explained
    while (most - least > 1) {
      const std::size_t middle = (least + most) / 2;
      if (is_explained(end - middle, end, until)) least = middle;
      else most = middle;
    }
    return {operations_.begin() + static_cast<std::ptrdiff_t>(end - most),
            operations_.begin() + static_cast<std::ptrdiff_t>(end)};
  }

 private:
  /// How many operations were invoked by that time.
  [[nodiscard]] std::size_t invoked_by(Time until) const {
    const auto is_later = [](Time time, const Operation& operation) { return time < operation.invoked; };
    return static_cast<std::size_t>(std::upper_bound(operations_.begin(), operations_.end(), until, is_later) -
                                    operations_.begin());
  }

  /// The search knows which finds are to come, and so may give up before the find that causes the contradiction. This
  /// is the first response, not before `from`, up to which the history can't be explained even without what comes
  /// after.
  [[nodiscard]] Time first_contradiction(Time from) const {
    std::vector<Time> times;
    for (const auto& operation : operations_) {
      if (!operation.is_open() && operation.responded >= from) times.push_back(operation.responded);
    }
    std::sort(times.begin(), times.end());
    const Value start = linear::absent;
    return *std::partition_point(times.begin(), times.end() - 1, [&](Time until) {
      const std::span<const Step> steps(steps_.data(), invoked_by(until));
      return !linear::Search(steps, values_, {&start, 1}).first_unexplained(until);
    });
  }

  /// Any value may be there before the window, and earlier operations that overlap it may take effect or not.
  [[nodiscard]] bool is_explained(std::size_t from, std::size_t to, Time until) const {
    std::vector<Step> window(steps_.begin() + static_cast<std::ptrdiff_t>(from),
                             steps_.begin() + static_cast<std::ptrdiff_t>(to));
    std::vector<Value> starts{linear::absent, linear::unseen};
    std::vector<bool> is_candidate(values_);
    for (const Step& step : window) {
      if (step.kind == Kind::fnd) is_candidate[step.value] = true;
    }
    for (const Step& step : window) {
      if (step.kind == Kind::add) is_candidate[step.value] = false;
    }
    for (Value value = linear::unseen + 1; value < values_; ++value) {
      if (is_candidate[value]) starts.push_back(value);
    }
    const Time begin = window.front().invoked;
    for (std::size_t i = 0; i < from; ++i) {
      if (steps_[i].responded < begin) continue;
      window.push_back(steps_[i]);
      window.back().open = true;
    }
    return !linear::Search(window, values_, starts).first_unexplained(until);
  }

  Operations operations_;
  std::vector<Step> steps_{};
  Value values_ = linear::unseen + 1;
};

void print(const Operation& operation, Time start) {
  const auto microseconds = [start](Time time) { return static_cast<double>(time - start) / 1000; };
  std::printf("  %12.3f", microseconds(operation.invoked));
  if (operation.is_open()) std::printf("            ?");
  else std::printf(" %12.3f", microseconds(operation.responded));
  std::printf("  client %-4zu ", operation.client);
  const char* end = operation.is_open() ? "no reply" : "";
  switch (operation.kind) {
    case Kind::add: std::printf("add %s %s\n", operation.value.c_str(), end); break;
    case Kind::rem:
      std::printf("rem %s\n", operation.is_open() ? end : operation.existed ? "-> existed" : "-> absent");
      break;
    case Kind::fnd:
      std::printf("fnd %s\n",
                  operation.is_open() ? end : ("-> " + (operation.value.empty() ? "absent" : operation.value)).c_str());
      break;
  }
}

std::map<std::string, Operations> read_history(std::size_t& number) {
  std::map<std::string, Operations> by_name;
  std::unordered_map<std::string, bool> added;
  for (std::string line; std::getline(std::cin, line); ++number) {
    Operation operation = parse(line);
    if (operation.kind == Kind::add && !added.emplace(operation.value, true).second) {
      throw std::runtime_error("added twice: " + operation.value);
    }
    by_name[operation.name].push_back(std::move(operation));
  }
  return by_name;
}

}  // namespace

int main(int argc, char** argv) try {
  std::ios::sync_with_stdio(false);
  const bool each = argc > 1 && std::string_view(argv[1]) == "--each";
  std::size_t number = 0;
  auto by_name = read_history(number);
  std::size_t broken = 0;
  for (auto& [name, operations] : by_name) {
    const Register one(std::move(operations));
    const auto unexplained = one.first_unexplained();
    if (each) std::printf("%s %s\n", name.c_str(), unexplained ? "not linearizable" : "linearizable");
    if (!unexplained || ++broken > 1 || each) continue;
    const Operations window = one.shortest_window(*unexplained);
    std::printf("%s: no order explains these (microseconds from, to):\n", name.c_str());
    for (const auto& operation : window) print(operation, window.front().invoked);
  }
  if (broken == 0) std::printf("%zu operations, %zu names, linearizable\n", number, by_name.size());
  else std::printf("%zu operations, %zu names, NOT linearizable: %zu names\n", number, by_name.size(), broken);
  return broken == 0 ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "check: %s\n", error.what());
  return 2;
}
