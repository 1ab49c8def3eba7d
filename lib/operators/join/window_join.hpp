#pragma once

#include <memory>
#include <span>
#include <vector>

#include "component/operator.hpp"
#include "operators/join/late_side.hpp"
#include "operators/join/rows.hpp"
#include "operators/step_clock.hpp"
#include "state/keyed_states.hpp"
#include "state/paned_state.hpp"

namespace flowrun {

/// The join over windows of fixed size: holds what the sides have of each group in each open window, and gives the rows of a
/// window when it closes, or at arrivals. A record of overlapping windows is kept in each.
class WindowJoin final : public Operator {
 public:
  WindowJoin(Context& context, std::shared_ptr<const JoinPlan> plan);

  Progress process(InputIndex input, Batch& batch, Output& output) override;
  Progress advance(ClockKind clock, Time time, Output& output) override;
  Progress finish(Output& output) override;
  void restored(Time watermark) override;
  Time closed_until() const override { return closed_until_; }
  Time next_timer() const override { return clock_.kind() == ClockKind::system ? next_end() : end_of_time; }

 private:
  using Entry = state::KeyedState::Entry;

  bool begin_record(const JoinRows::Arrival& arrival, Time now, Output& output);
  void take(const JoinRows::Arrival& arrival, Time start, Time now);
  void take_unmatched(const JoinRows::Arrival& arrival, Time start);
  void settle();
  Time next_start() const;
  Time next_end() const;
  void begin_closing(Time start);
  Progress close_until(Time time, Output& output);

  std::shared_ptr<const JoinPlan> plan_;
  std::shared_ptr<const JoinLayout> layout_;
  std::shared_ptr<const JoinLayout> unmatched_layout_;
  state::PanedState& state_;
  state::PanedState& unmatched_;  // of the group null; by window, too
  StepClock clock_;
  JoinRows rows_;
  LateSide late_;

  std::size_t next_row_ = 0;                  // of the batch at hand
  bool is_in_record_ = false;                 // some of its windows are still to come
  Time start_{};                              // of the next of these
  Time last_start_{};                         // and of the last
  state::KeyedState* complete_in_ = nullptr;  // where `complete_` forgets all once its rows are emitted
  Entry* complete_ = nullptr;

  bool is_closing_ = false;
  std::vector<Entry*> closing_;  // of the window that closes, in jq's order of their groups
  std::size_t next_ = 0;         // of these
  Time closed_until_ = beginning_of_time;
};

}  // namespace flowrun
