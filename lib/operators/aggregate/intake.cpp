#include "operators/aggregate/intake.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "base/utf8.hpp"
#include "record/json.hpp"

namespace flowrun {
namespace {

// A value as a message shows it: cut, so that one record does not fill the screen.
std::string shown(const Value& value) {
  constexpr std::size_t most_shown = 60;
  std::string json;
  write_json_start(value, most_shown + 1, json);
  if (json.size() <= most_shown) return json;
  return json.substr(0, character_end(json, most_shown)) + "...";
}

}  // namespace

RecordIntake::RecordIntake(Context& context, std::shared_ptr<const AggregatePlan> plan)
    : plan_(std::move(plan)), evaluation_(context, plan_->reads), columns_(plan_->columns.size()) {
  for (std::size_t value = 0; value < plan_->values.size(); ++value)
    if (const auto& fold = plan_->values[value].fold; fold && !fold->by_time)
      folds_.push_back({value, std::make_unique<FoldEvaluation>(context, *fold, plan_->reads)});
  has_no_expressions_ = columns_.empty() && folds_.empty();
}

bool RecordIntake::evaluate_all(const Batch& batch, Batch::Row row, const Before& before, Output& output) {
  if (evaluate_columns(batch, row, output) && (folds_.empty() || evaluate_folds(batch, row, before, output)))
    return true;
  for (Column& column : columns_) column.values.resize(column.ends.empty() ? 0 : column.ends.back());
  return false;
}

bool RecordIntake::evaluate_columns(const Batch& batch, Batch::Row row, Output& output) {
  evaluation_.begin(batch, row, scratch_);
  for (std::size_t index = 0; index < columns_.size(); ++index) {
    std::vector<Value>& values = columns_[index].values;
    const std::size_t before = values.size();
    if (!evaluate_column(*plan_->columns[index].program, batch.value(row), values)) {
      output.reject(batch, row, RejectKind::expression, evaluation_.error());
      return false;
    }
    if (plan_->columns[index].exactly_one && values.size() != before + 1) {
      output.reject(batch, row, RejectKind::expression, values.size() == before ? no_output : several_outputs);
      return false;
    }
    const bool takes_any = plan_->columns[index].numbers_for.empty();
    if (!takes_any && !check_numbers(plan_->columns[index], std::span(values).subspan(before), batch, row, output))
      return false;
  }
  return true;
}

// Nearly always there is one output, which is quicker to ask for.
bool RecordIntake::evaluate_column(const expr::Program& program, const Value& record, std::vector<Value>& values) {
  const expr::Outcome outcome = evaluation_.one(program, record, scratch_);
  if (outcome.outputs == expr::Outputs::several) return evaluation_.each(program, record, scratch_, values);
  if (outcome.outputs == expr::Outputs::one) values.push_back(outcome.value);
  return outcome.outputs != expr::Outputs::error;
}

bool RecordIntake::check_numbers(const AggregateColumn& column, std::span<const Value> values, const Batch& batch,
                                 Batch::Row row, Output& output) {
  for (const Value& value : values) {
    if (value.is_numeric() || value.is_null()) continue;
    output.reject(
        batch, row, RejectKind::expression,
        fmt::format("`{}`: {} takes numbers, found {}", column.numbers_for, column.numbers_function, shown(value)));
    return false;
  }
  return true;
}

// A fold goes on from what the records before have made, so its state is changed record by record; it comes last of all
// expressions.
bool RecordIntake::evaluate_folds(const Batch& batch, Batch::Row row, const Before& before, Output& output) {
  folded_.clear();
  for (const Fold& fold : folds_) {
    folded_.push_back(evaluate_fold(fold, batch, row, before));
    if (!folded_.back().is_nothing()) continue;
    output.reject(batch, row, RejectKind::expression,
                  fmt::format("`{}`: {}", plan_->values[fold.value].name, fold.evaluation->error()));
    return false;
  }
  return true;
}

Value RecordIntake::evaluate_fold(const Fold& fold, const Batch& batch, Batch::Row row, const Before& before) {
  const auto part = [&](const void* state) {
    return state != nullptr ? plan_->layout->part(state, fold.value) : nullptr;
  };
  if (before.later == nullptr) return fold.evaluation->add(part(before.state), batch, row, scratch_);
  const Value merged = fold.evaluation->merge(part(before.state), part(before.later), scratch_);
  return merged.is_nothing() ? merged : fold.evaluation->add_to(merged, batch, row, scratch_);
}

std::ptrdiff_t RecordIntake::accept_values(const Batch& batch, Batch::Row row, void* state) {
  for (Column& column : columns_) column.ends.push_back(static_cast<std::uint32_t>(column.values.size()));
  std::ptrdiff_t grown = 0;
  for (std::size_t index = 0; index < folds_.size(); ++index) {
    const std::size_t value = folds_[index].value;
    const Sample sample{state, folded_[index], batch.time(row), nullptr};
    grown += plan_->values[value].accumulator->add({&sample, 1}, plan_->layout->offset(value));
  }
  return grown;
}

// Values that take the same column share its samples.
std::ptrdiff_t RecordIntake::add(const Batch& batch) {
  if (accepted_.empty()) return 0;
  std::ptrdiff_t grown = 0;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    sample_column(columns_[column], batch);
    grown += add_to_values_of(column);
  }
  sample_records(batch);
  grown += add_to_values_of(AggregateValue::no_column);
  clear();
  return grown;
}

std::ptrdiff_t RecordIntake::add_to_values_of(std::size_t column) {
  std::ptrdiff_t grown = 0;
  for (std::size_t index = 0; index < plan_->values.size(); ++index) {
    const AggregateValue& value = plan_->values[index];
    const bool is_added_already = value.fold && !value.fold->by_time;
    if (value.column == column && !is_added_already)
      grown += value.accumulator->add(samples_, plan_->layout->offset(index));
  }
  return grown;
}

void RecordIntake::sample_column(const Column& column, const Batch& batch) {
  samples_.clear();
  const Value* next = column.values.data();
  for (std::size_t index = 0; index < accepted_.size(); ++index) {
    const auto& [row, state] = accepted_[index];
    for (const Value* const end = column.values.data() + column.ends[index]; next != end; ++next)
      samples_.push_back({state, *next, batch.time(row), &batch.value(row)});
  }
}

void RecordIntake::sample_records(const Batch& batch) {
  samples_.clear();
  for (const auto& [row, state] : accepted_)
    samples_.push_back({state, Value::null(), batch.time(row), &batch.value(row)});
}

void RecordIntake::clear() {
  for (Column& column : columns_) {
    column.values.clear();
    column.ends.clear();
  }
  accepted_.clear();
  scratch_.clear();
}

}  // namespace flowrun
