#pragma once

#include <memory>
#include <span>

#include "operators/aggregate/intake.hpp"
#include "operators/window.hpp"
#include "state/paned_state.hpp"

namespace flowrun {

/// Takes records into the states of their groups and panes, on one worker. Records come mostly to the pane of the one
/// before, so that is found without a search.
class PaneIntake {
 public:
  using Entry = state::KeyedState::Entry;

  /// `state` has the plan's layout and outlives this.
  PaneIntake(Context& context, std::shared_ptr<const AggregatePlan> plan, state::PanedState& state);

  /// The pane of a time, which `take` and `groups` go by until the next call.
  Time go_to(Time time) {
    if (time < start_ || time >= end_) look_up(time);
    return start_;
  }
  Time pane_end() const { return end_; }
  /// When the last window that takes the pane has ended.
  Time last_end() const { return last_end_; }
  /// The states of the pane; null where it has none.
  state::KeyedState* groups() const { return groups_; }
  state::KeyedState& open_groups();

  /// Evaluates a record and names its state, which `add` changes. Null: it was rejected.
  Entry* take(const Batch& batch, Batch::Row row, Output& output);
  /// Adds to states what was taken; comes before any of them is read.
  void add(const Batch& batch) { state_.grow(records_.add(batch)); }
  /// Begins to load what the rows behind the one at `index` need.
  void look_ahead(const Batch& batch, std::span<const Batch::Row> rows, std::size_t index) const;
  /// Panes may have been closed.
  void forget_pane();

 private:
  void look_up(Time time);

  std::shared_ptr<const AggregatePlan> plan_;
  state::PanedState& state_;
  RecordIntake records_;
  Time start_ = end_of_time;
  Time end_ = beginning_of_time;
  Time last_end_ = end_of_time;
  state::KeyedState* groups_ = nullptr;
};

inline void PaneIntake::look_ahead(const Batch& batch, std::span<const Batch::Row> rows, std::size_t index) const {
  constexpr std::size_t slot_ahead = 16, entry_ahead = 8;
  if (groups_ == nullptr) return;
  if (index + slot_ahead < rows.size()) groups_->prefetch_slot(batch.group(rows[index + slot_ahead]).hash);
  if (index + entry_ahead < rows.size()) groups_->prefetch_entry(batch.group(rows[index + entry_ahead]).hash);
}

}  // namespace flowrun
