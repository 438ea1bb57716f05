// SPDX-License-Identifier: MIT
// Whether the operations on one name are linearizable: a register whose value may be absent.
//
// The search is Wing and Gong's with just-in-time linearization (Lowe, "Testing for linearizability", 2017): the
// events are gone through in the order of time with all the states that the register may be in, and an operation is put
// into effect only when a response could not be explained without. A state is the set of pending operations that have
// taken effect, and the value; each is visited once. What keeps their number small, and loses nothing:
// - An operation that only reads takes effect as soon as the value is what it was told.
// - A value that some find is still to see can't be overwritten (values are unique).
// - Values that nobody has seen are alike, and so are the open operations that remove or that add such values: they are
//   counted, and a state that has used fewer of them is worth more than one that has used more.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "history.hpp"

namespace linear {

using Value = std::uint32_t;
constexpr Value absent = 0;
constexpr Value unseen = 1;  // present, but never reported to a find

/// An operation as the search sees it: its values are numbers.
struct Step {
  Kind kind;
  bool open;
  bool existed;  // of a rem
  Value value;   // set by an add or found by a find
  Time invoked;
  Time responded;

  [[nodiscard]] bool reads() const { return kind == Kind::fnd || (kind == Kind::rem && !existed && !open); }
};

class Search {
 public:
  /// `values` is one more than the largest value of a step; `starts` are the values that may be there before.
  Search(std::span<const Step> steps, Value values, std::span<const Value> starts);

  /// The step whose response can't be explained, or nothing. Responses after `until` are ignored. Throws
  /// std::runtime_error when more operations than slots are pending at once.
  std::optional<std::size_t> first_unexplained(Time until = never);

 private:
  using Slots = std::uint64_t;  // a bit for each pending operation that is tracked individually
  struct State {
    Slots done;
    Value value;
    std::uint16_t adds;  // how many of the counted open ones have taken effect
    std::uint16_t removes;
  };
  /// Keeps a state only if no state there is worth as much.
  class States {
   public:
    bool insert(const State& state);
    [[nodiscard]] std::vector<State> all() const;
    void clear() { kept_.clear(); }

   private:
    struct Hash {
      std::size_t operator()(const std::pair<Slots, Value>& key) const {
        return (key.first ^ key.second * 0x9E3779B97F4A7C15U) * 0xD6E8FEB86659FD93U >> 16U;
      }
    };
    std::unordered_map<std::pair<Slots, Value>, std::vector<State>, Hash> kept_;
  };

  void invoke(std::size_t index);
  bool respond(std::size_t index);
  void explain(const State& from, Slots wanted, States& explained);
  void explore(State next, Slots wanted, States& explained);
  void read_all(State& state) const;
  void retire_open_adds();
  [[nodiscard]] bool may_overwrite(const State& state) const { return to_see_[state.value] == 0; }
  [[nodiscard]] std::size_t free_slot() const;

  std::span<const Step> steps_;
  std::vector<State> states_;
  std::vector<std::size_t> to_see_;  // by value: finds of it that are not invoked yet
  std::vector<std::size_t> slot_of_;
  std::vector<std::size_t> step_in_ = std::vector<std::size_t>(64);
  Slots used_ = 0;
  Slots reading_ = 0;
  Slots open_adds_ = 0;  // of values that are seen
  std::uint16_t counted_adds_ = 0;
  std::uint16_t counted_removes_ = 0;
  States visited_{};
  std::vector<State> stack_{};
};

}  // namespace linear
