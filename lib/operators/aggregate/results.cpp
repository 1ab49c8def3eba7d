#include "operators/aggregate/results.hpp"

#include <algorithm>
#include <utility>

namespace flowrun {

AggregateResults::AggregateResults(Context& context, std::shared_ptr<const AggregatePlan> plan)
    : plan_(std::move(plan)) {
  for (const AggregateValue& value : plan_->values)
    folds_.push_back(value.fold ? std::make_unique<FoldEvaluation>(context, *value.fold, plan_->reads) : nullptr);
}

void AggregateResults::emit(const GroupResult& result, Output& output) {
  constexpr std::size_t own_fields = 3;  // both ends of the window, and `final`
  const bool has_window = result.window.end != no_time;
  Batch& batch = output.building();
  Arena& arena = batch.arena();
  const std::size_t group_fields = plan_->by.fields() != nullptr ? plan_->by.fields()->size() : 1;
  Member* const members = new_members(arena, group_fields + plan_->values.size() + own_fields);
  const Value group = plan_->by.decode(result.group, arena);
  std::size_t size = add_group(group, members);
  const Value key = key_of(group, arena);
  if (has_window) {
    members[size++] = {Value::text("window_start"), start_.of(result.window.start, arena)};
    members[size++] = {Value::text("window_end"), end_.of(result.window.end, arena)};
  }
  for (std::size_t index = 0; index < plan_->values.size(); ++index)
    members[size++] = {Value::text(plan_->values[index].name), value_of(index, result.state, arena, output)};
  if (plan_->emission.when != Emission::When::at_close)
    members[size++] = {Value::text("final"), Value::boolean(result.is_final)};
  const Batch::Row row = batch.append(Value::object(members, size));
  batch.set_key(row, key);
  batch.set_time(row,
                 has_window ? result.window.end - Duration(1) : static_cast<const GroupHeader*>(result.state)->latest);
}

std::size_t AggregateResults::add_group(const Value& group, Member* members) const {
  if (plan_->by.is_one_group()) return 0;
  if (plan_->by.fields() == nullptr) {
    members[0] = {Value::text("key"), group};
    return 1;
  }
  std::copy(group.members().begin(), group.members().end(), members);
  return group.size();
}

Value AggregateResults::key_of(const Value& group, Arena& arena) {
  const Value key = as_key(group, text_);
  return key.is_text() ? Value::text(key.as_text(), arena) : key;
}

Value AggregateResults::value_of(std::size_t index, const void* state, Arena& arena, Output& output) {
  const void* const part = plan_->layout->part(state, index);
  if (folds_[index] != nullptr) return folds_[index]->result(part, arena, output);
  return plan_->values[index].accumulator->result(part, arena);
}

}  // namespace flowrun
