#pragma once

#include <memory>

#include "component/operator.hpp"
#include "runtime/epoch_parts.hpp"
#include "runtime/job_options.hpp"
#include "runtime/stage.hpp"
#include "runtime/state_budget.hpp"
#include "state/keyed_states.hpp"

namespace flowrun {

class OperatorStage : public Stage {
 public:
  /// `options` say how groups are hashed, and whether the step emits what is open at the end of the input or keeps it for the
  /// next run. What its state takes is counted in `budget`.
  /// What is stored at a mark goes to `parts`; null: nothing is.
  OperatorStage(const Plan::Node& node, Context context, const JobOptions& options, StateBudget& budget,
                EpochParts* parts);

  // Before the job runs.
  /// Makes a change that was stored. An error: there is no such state, or the bytes are damaged.
  Status restore(const std::string& state, const state::Change& change) { return state_.apply(state, change); }
  /// From now on what changes is handed over at each mark.
  void track_changes() { state_.track_changes(); }
  /// All state is there: goes on from the watermark, and from what the step had closed beyond it.
  virtual void go_on_from(Time watermark, Time closed_until);

 protected:
  Handled handle(Item& item) override;

 private:
  Progress call(Item& item);
  void count_state();
  void hand_over(std::uint64_t epoch);

  state::KeyedStates state_;
  StateBudget& budget_;
  StateBudget::Account& account_;
  std::int64_t counted_bytes_ = 0;
  std::int64_t counted_groups_ = 0;
  EpochParts* parts_;
  std::string node_;
  std::unique_ptr<Operator> operator_;
  Time closed_until_ = beginning_of_time;  // by an earlier run
  bool finishes_;
  bool ended_ = false;
};

}  // namespace flowrun
