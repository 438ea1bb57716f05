// SPDX-License-Identifier: MIT
#include "search.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace linear {

bool Search::States::insert(const State& state) {
  auto& alike = kept_[{state.done, state.value}];
  for (const State& one : alike) {
    if (one.adds <= state.adds && one.removes <= state.removes) return false;
  }
  std::erase_if(alike, [&](const State& one) { return one.adds >= state.adds && one.removes >= state.removes; });
  alike.push_back(state);
  return true;
}

std::vector<Search::State> Search::States::all() const {
  std::vector<State> states;
  for (const auto& [key, alike] : kept_) states.insert(states.end(), alike.begin(), alike.end());
  return states;
}

Search::Search(std::span<const Step> steps, Value values, std::span<const Value> starts)
    : steps_(steps), to_see_(values), slot_of_(steps.size()) {
  for (const Value value : starts) states_.push_back({0, value, 0, 0});
  for (const Step& step : steps) {
    if (step.kind == Kind::fnd && step.value != absent && !step.open) ++to_see_[step.value];
  }
}

std::optional<std::size_t> Search::first_unexplained(Time until) {
  struct Event {
    Time when;
    bool response;  // after the invocations of the same time, so that the two count as concurrent
    std::size_t step;
    auto operator<=>(const Event&) const = default;
  };
  std::vector<Event> events;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    events.push_back({steps_[i].invoked, false, i});
    if (!steps_[i].open) events.push_back({steps_[i].responded, true, i});
  }
  std::sort(events.begin(), events.end());
  for (const Event& event : events) {
    if (event.when > until) break;
    if (!event.response) invoke(event.step);
    else if (!respond(event.step)) return event.step;
  }
  return std::nullopt;
}

std::size_t Search::free_slot() const {
  if (~used_ == 0) throw std::runtime_error("more than 64 operations on one name at once");
  return static_cast<std::size_t>(std::countr_one(used_));
}

void Search::invoke(std::size_t index) {
  const Step& step = steps_[index];
  if (step.open && step.kind == Kind::fnd) return;
  if (step.open && step.kind == Kind::rem) return void(++counted_removes_);
  if (step.open && step.value == unseen) return void(++counted_adds_);
  const std::size_t slot = free_slot();
  const Slots bit = Slots{1} << slot;
  slot_of_[index] = slot;
  step_in_[slot] = index;
  used_ |= bit;
  if (step.open) open_adds_ |= bit;
  if (!step.reads()) return;
  reading_ |= bit;
  if (step.kind == Kind::fnd && step.value != absent) --to_see_[step.value];
  for (State& state : states_) read_all(state);
}

bool Search::respond(std::size_t index) {
  const Slots bit = Slots{1} << slot_of_[index];
  const auto has_effect = [bit](const State& state) { return (state.done & bit) != 0; };
  if (!std::all_of(states_.begin(), states_.end(), has_effect)) {
    States explained;
    visited_.clear();
    for (const State& state : states_) explain(state, bit, explained);
    states_ = explained.all();
  }
  for (State& state : states_) state.done &= ~bit;
  used_ &= ~bit;
  reading_ &= ~bit;
  retire_open_adds();
  return !states_.empty();
}

/// All ways from a state to one in which `wanted` has taken effect, each as short as can be.
void Search::explain(const State& from, Slots wanted, States& explained) {
  stack_.clear();
  explore(from, wanted, explained);
  while (!stack_.empty()) {
    const State state = stack_.back();
    stack_.pop_back();
    if (!may_overwrite(state)) continue;
    for (Slots left = used_ & ~reading_ & ~state.done; left != 0; left &= left - 1) {
      const Step& step = steps_[step_in_[static_cast<std::size_t>(std::countr_zero(left))]];
      if (step.kind == Kind::rem && state.value == absent) continue;
      State next = state;
      next.done |= left & ~(left - 1);
      next.value = step.kind == Kind::add ? step.value : absent;
      explore(next, wanted, explained);
    }
    State next = state;
    if (state.value == absent && state.adds < counted_adds_) {
      next.value = unseen;
      ++next.adds;
      explore(next, wanted, explained);
    } else if (state.value != absent && state.removes < counted_removes_) {
      next.value = absent;
      ++next.removes;
      explore(next, wanted, explained);
    }
  }
}

void Search::explore(State next, Slots wanted, States& explained) {
  read_all(next);
  if ((next.done & wanted) != 0) explained.insert(next);
  else if (visited_.insert(next)) stack_.push_back(next);
}

void Search::read_all(State& state) const {
  for (Slots left = reading_ & ~state.done; left != 0; left &= left - 1) {
    const Step& step = steps_[step_in_[static_cast<std::size_t>(std::countr_zero(left))]];
    const Value told = step.kind == Kind::fnd ? step.value : absent;
    if (told == state.value) state.done |= left & ~(left - 1);
  }
}

/// Frees the slots of open adds that have taken effect in every state.
void Search::retire_open_adds() {
  if (open_adds_ == 0) return;
  Slots retired = open_adds_;
  for (const State& state : states_) retired &= state.done;
  for (State& state : states_) state.done &= ~retired;
  open_adds_ &= ~retired;
  used_ &= ~retired;
}

}  // namespace linear
