#pragma once

#include <memory>
#include <string>
#include <vector>

#include "operators/aggregate/plan.hpp"
#include "state/keyed_state.hpp"

namespace flowrun {

/// Makes the records of groups: the fields of the group, the values in the order written, `final` where results are
/// emitted before the end. Key is the group, time that of its latest record, meta empty. On one worker.
class AggregateResults {
 public:
  AggregateResults(Context& context, std::shared_ptr<const AggregatePlan> plan);

  void emit(const state::KeyedState& state, const state::KeyedState::Entry& entry, bool is_final, Output& output);

 private:
  std::size_t add_group(const Value& group, Member* members) const;
  Value value_of(std::size_t index, const void* state, Arena& arena, Output& output);
  Value key_of(const Value& group, Arena& arena);

  std::shared_ptr<const AggregatePlan> plan_;
  std::vector<std::unique_ptr<FoldEvaluation>> folds_;  // by value; null for functions
  std::string text_;
};

}  // namespace flowrun
