#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_set>
#include <vector>

#include "base/time.hpp"
#include "state/keyed_state.hpp"

namespace flowrun::state {

/// Names a timer that was set, to take it back.
using TimerId = std::uint64_t;
inline constexpr TimerId no_timer = 0;

/// What is due when, for the groups of a step: a heap. Timers of one time are due in the order in which they were set.
/// Who sets a timer notes in the group's state what it waits for, and ignores one that has become void; an entry that is
/// erased before its timer is due takes that back first. On one worker's thread.
class Timers {
 public:
  TimerId set(Time due, KeyedState::Entry& entry);
  /// Takes back a timer that is not due yet. At no time are more than half of all timers that are held taken back.
  void cancel(TimerId id);
  /// When the earliest is due; `end_of_time` where there is none.
  Time next_due() const { return heap_.empty() ? end_of_time : heap_.front().due; }
  /// Removes and gives the earliest timer that is due by `now`; null: none is.
  KeyedState::Entry* take_due(Time now);
  std::size_t size() const { return heap_.size() - cancelled_.size(); }
  void clear();

 private:
  struct Timer {
    Time due;
    TimerId id;  // in the order in which they were set
    KeyedState::Entry* entry;
  };
  static bool is_later(const Timer& left, const Timer& right);
  void pop();
  void drop_cancelled_front();
  void drop_all_cancelled();

  std::vector<Timer> heap_;  // the front is never a cancelled one
  std::unordered_set<TimerId> cancelled_;
  std::uint64_t set_ = 0;
};

}  // namespace flowrun::state
