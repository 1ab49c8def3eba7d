#pragma once

#include <memory>

#include "component/operator.hpp"
#include "runtime/job_options.hpp"
#include "runtime/stage.hpp"
#include "runtime/state_budget.hpp"
#include "state/keyed_states.hpp"

namespace flowrun {

class OperatorStage : public Stage {
 public:
  /// `options` say how groups are hashed, and whether the step emits what is open at the end of the input or keeps it for the
  /// next run. What its state takes is counted in `budget`.
  OperatorStage(const Plan::Node& node, Context context, const JobOptions& options, StateBudget& budget);

 protected:
  Handled handle(Item& item) override;

 private:
  Progress call(Item& item);
  void count_state();

  state::KeyedStates state_;
  StateBudget& budget_;
  StateBudget::Account& account_;
  std::int64_t counted_bytes_ = 0;
  std::int64_t counted_groups_ = 0;
  std::unique_ptr<Operator> operator_;
  bool finishes_;
  bool ended_ = false;
};

}  // namespace flowrun
