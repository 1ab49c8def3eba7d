#pragma once

#include <string>
#include <vector>

#include "operators/aggregate/pane_windows.hpp"
#include "operators/aggregate/sliding_group.hpp"
#include "state/typed_state.hpp"

namespace flowrun {

/// Windows that share panes. Closes one after the other: panes that the next window takes come to the groups of the one
/// before, those that it leaves go; so a closing looks at these and at what it emits.
class SlidingWindows final : public PaneWindows {
 public:
  SlidingWindows(Context& context, std::shared_ptr<const AggregatePlan> plan, state::PanedState& state,
                 AggregateResults& results);

  Time next_end() const override;
  Progress close_until(Time time, Output& output) override;
  void emit_provisional(Time start, const state::KeyedState& groups, const state::KeyedState::Entry& entry,
                        Output& output) override;
  bool must_close_first(Time pane, Time now) const override;
  void changing(Time pane, const Group& group, Time now) override;
  void restored(Time closed) override;
  Time last_closed() const override { return last_closed_; }

 private:
  using Entry = state::KeyedState::Entry;
  static SlidingGroup& group_of(Entry& entry) { return *static_cast<SlidingGroup*>(entry.state()); }
  StateMerge* sums() { return plan_->may_keep_sums() ? &merge_ : nullptr; }

  bool has_closed_window(Time pane, Time now) const;
  Time next_start() const;
  Time first_start_after(Time closed) const;
  void enter(Time start);
  SlidingGroup& live_group(const Group& group);
  void rebuild_changed();
  void leave();
  void leave_pane(const state::KeyedState& groups, Time pane);
  Progress emit(Time start, Output& output);
  void count_live(std::size_t bytes);

  std::shared_ptr<const AggregatePlan> plan_;
  const Window& window_;
  state::PanedState& state_;
  AggregateResults& results_;
  StateMerge merge_;
  StateRoom room_;
  state::KeyedState live_;  // the groups of the window that was closed last, without the panes that the next one leaves
  Time first_start_ = beginning_of_time;  // no window before it is open
  Time entered_ = beginning_of_time;      // panes before it have come to the live groups
  struct Changed {
    std::string group;
    std::uint64_t hash;
  };
  std::vector<Changed> changed_;  // groups that got a record in such a pane
  std::vector<Entry*> sorted_;    // live groups, in jq's order
  bool is_sorted_ = false;        // else they are others by now
  std::size_t next_ = 0;          // of these
  bool is_emitting_ = false;
  std::size_t live_bytes_ = 0;     // what the groups emitted so far own
  std::size_t counted_bytes_ = 0;  // of the live groups, as told to the state
  Time last_closed_ = beginning_of_time;
};

}  // namespace flowrun
