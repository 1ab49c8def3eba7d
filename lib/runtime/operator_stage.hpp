#pragma once

#include <memory>

#include "component/operator.hpp"
#include "runtime/stage.hpp"
#include "state/keyed_states.hpp"

namespace flowrun {

class OperatorStage : public Stage {
 public:
  /// `group_seed`: of the hashes of groups, the same on all workers. `finishes`: at the end of the input the step emits what is open; else it keeps that for the next run.
  OperatorStage(const Plan::Node& node, Context context, std::uint64_t group_seed, bool finishes);

 protected:
  Handled handle(Item& item) override;

 private:
  Progress call(Item& item);

  state::KeyedStates state_;
  std::unique_ptr<Operator> operator_;
  bool finishes_;
  bool ended_ = false;
};

}  // namespace flowrun
