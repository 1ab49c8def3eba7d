#include "operators/aggregate/state_merge.hpp"

#include <fmt/format.h>
#include <utility>

namespace flowrun {

StateMerge::StateMerge(Context& context, std::shared_ptr<const AggregatePlan> plan)
    : plan_(std::move(plan)), room_(*plan_->layout) {
  for (std::size_t value = 0; value < plan_->values.size(); ++value)
    if (const auto& fold = plan_->values[value].fold; fold && fold->merge != nullptr && !fold->by_time)
      folds_.push_back({value, std::make_unique<FoldEvaluation>(context, *fold, plan_->reads)});
}

bool StateMerge::merge(void* state, const void* later) {
  if (!folds_.empty() && !merge_folds(state, later)) return false;
  const GroupLayout& layout = *plan_->layout;
  // Merging takes what the later state owns; one that owns nothing is only read.
  if (layout.owns_memory()) {
    room_.set(later);
    layout.merge(state, room_.get());
    room_.clear();
  } else {
    layout.merge(state, const_cast<void*>(later));
  }
  for (std::size_t index = 0; index < folds_.size(); ++index) {
    const std::size_t value = folds_[index].value;
    const Sample sample{state, merged_[index], no_time, nullptr};
    plan_->values[value].accumulator->add({&sample, 1}, layout.offset(value));
  }
  return true;
}

bool StateMerge::merge_folds(const void* state, const void* later) {
  scratch_.clear();
  merged_.clear();
  for (const Fold& fold : folds_) {
    merged_.push_back(fold.evaluation->merge(plan_->layout->part(state, fold.value),
                                             plan_->layout->part(later, fold.value), scratch_));
    if (!merged_.back().is_nothing()) continue;
    fail(fold, state, later);
    return false;
  }
  return true;
}

void StateMerge::fail(const Fold& fold, const void* state, const void* later) {
  error_ = fmt::format("`{}`: {}", plan_->values[fold.value].name, fold.evaluation->error());
  failed_ = Batch();
  const auto copy = [&](const void* from) {
    return deep_copy(FoldEvaluation::accumulated(plan_->layout->part(from, fold.value)), failed_.arena());
  };
  Member* const members = new_members(failed_.arena(), 2);
  members[0] = {Value::text("acc"), copy(state)};
  members[1] = {Value::text("other"), copy(later)};
  failed_.append(Value::object(members, 2));
}

void StateMerge::reject(Output& output) const {
  output.reject(failed_, failed_.rows().front(), RejectKind::expression, error_);
}

}  // namespace flowrun
