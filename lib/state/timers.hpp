#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "state/keyed_state.hpp"

namespace flowrun::state {

/// What is due when, for the groups of a step: a heap. Timers of one time are due in the order in which they were set.
/// A timer cannot be taken back: who sets it notes in the group's state what it waits for, ignores timers that have
/// become void, and erases no entry that a timer still points to. On one worker's thread.
class Timers {
 public:
  void set(Time due, KeyedState::Entry& entry);
  /// When the earliest is due; `end_of_time` where there is none.
  Time next_due() const { return heap_.empty() ? end_of_time : heap_.front().due; }
  /// Removes and gives the earliest timer that is due by `now`; null: none is.
  KeyedState::Entry* take_due(Time now);
  std::size_t size() const { return heap_.size(); }
  void clear() { heap_.clear(); }

 private:
  struct Timer {
    Time due;
    std::uint64_t order;
    KeyedState::Entry* entry;
  };
  static bool is_later(const Timer& left, const Timer& right);

  std::vector<Timer> heap_;
  std::uint64_t set_ = 0;
};

}  // namespace flowrun::state
