#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "operators/aggregate/pane_windows.hpp"
#include "state/keyed_states.hpp"

namespace flowrun {

/// Results before the last word (`emit: changes` and `{every: d}`): knows which groups of which windows have changed since
/// they were emitted, and when they are to be. A window that ends is not for this: it gives its final result. On one worker.
class ProvisionalResults {
 public:
  ProvisionalResults(Context& context, std::shared_ptr<const AggregatePlan> plan, state::PanedState& state,
                     PaneWindows& windows);

  /// The state of a group has changed by a record at `time`, when the clock stood at `now`.
  void changed(Time pane, state::KeyedState& groups, state::KeyedState::Entry& entry, Time time, Time now);

  /// When the next is due; end_of_time: none is.
  Time next_due() const;
  /// The clock has come to `now`: emits what was due by then (`{every: d}`), however far that is beyond.
  Progress emit_due(Time now, Output& output);
  /// The batch has been taken in: emits what has changed in it (`changes`).
  Progress emit_changed(Time now, Output& output);

  /// The windows that end by `now` are about to be closed, or all of them.
  void close_until(Time now);
  void restored();

 private:
  struct Change {
    Time since;
    Time start;  // of the window
    std::uint64_t order;
    state::KeyedState* groups;
    state::KeyedState::Entry* entry;
  };
  bool is_sliding() const { return plan_->window.kind() == Window::Kind::sliding; }
  Time end_of(Time start) const { return plan_->window.is_none() ? end_of_time : plan_->window.from(start).end; }
  void note(const Change& change);
  void emit(const Change& change, Output& output);
  Time due(const Change& change) const { return change.since + plan_->emission.every; }
  void wait(const Change& change);
  void stop_waiting();

  std::shared_ptr<const AggregatePlan> plan_;
  PaneWindows& windows_;
  state::PanedState* marks_;     // by window: the states themselves, or, where windows share panes, marks alone
  std::vector<Change> waiting_;  // of `every`: a heap, the first that is due in front
  std::uint64_t noted_ = 0;
  std::vector<Change> changed_;  // in this batch, in the order of their first change
  std::size_t next_ = 0;         // of these
};

}  // namespace flowrun
