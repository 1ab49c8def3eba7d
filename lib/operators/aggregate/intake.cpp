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

GroupIntake::GroupIntake(Context& context, std::shared_ptr<const AggregatePlan> plan, state::KeyedState& state)
    : plan_(std::move(plan)), state_(state), evaluation_(context, plan_->reads), columns_(plan_->columns.size()) {
  for (std::size_t value = 0; value < plan_->values.size(); ++value)
    if (const auto& fold = plan_->values[value].fold; fold && !fold->by_time)
      folds_.push_back({value, std::make_unique<FoldEvaluation>(context, *fold, plan_->reads)});
}

bool GroupIntake::evaluate(const Batch& batch, Batch::Row row, Output& output) {
  if (evaluate_columns(batch, row, output) && evaluate_folds(batch, row, output)) {
    for (Column& column : columns_) column.ends.push_back(static_cast<std::uint32_t>(column.values.size()));
    return true;
  }
  for (Column& column : columns_) column.values.resize(column.ends.empty() ? 0 : column.ends.back());
  return false;
}

bool GroupIntake::evaluate_columns(const Batch& batch, Batch::Row row, Output& output) {
  if (columns_.empty()) return true;
  evaluation_.begin(batch, row, scratch_);
  for (std::size_t index = 0; index < columns_.size(); ++index) {
    std::vector<Value>& values = columns_[index].values;
    const std::size_t before = values.size();
    if (!evaluate_column(*plan_->columns[index].program, batch.value(row), values)) {
      output.reject(batch, row, RejectKind::expression, evaluation_.error());
      return false;
    }
    if (!check_numbers(plan_->columns[index], std::span(values).subspan(before), batch, row, output)) return false;
  }
  return true;
}

// Nearly always there is one output, which is quicker to ask for.
bool GroupIntake::evaluate_column(const expr::Program& program, const Value& record, std::vector<Value>& values) {
  const expr::Outcome outcome = evaluation_.one(program, record, scratch_);
  if (outcome.outputs == expr::Outputs::several) return evaluation_.each(program, record, scratch_, values);
  if (outcome.outputs == expr::Outputs::one) values.push_back(outcome.value);
  return outcome.outputs != expr::Outputs::error;
}

bool GroupIntake::check_numbers(const AggregateColumn& column, std::span<const Value> values, const Batch& batch,
                                Batch::Row row, Output& output) {
  if (column.numbers_for.empty()) return true;
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
bool GroupIntake::evaluate_folds(const Batch& batch, Batch::Row row, Output& output) {
  if (folds_.empty()) return true;
  folded_.clear();
  Entry* entry = state_.find(batch.group(row));
  for (Fold& fold : folds_) {
    const void* const state = entry != nullptr ? plan_->layout->part(entry->state(), fold.value) : nullptr;
    folded_.push_back(fold.evaluation->add(state, batch, row, scratch_));
    if (!folded_.back().is_nothing()) continue;
    output.reject(batch, row, RejectKind::expression,
                  fmt::format("`{}`: {}", plan_->values[fold.value].name, fold.evaluation->error()));
    return false;
  }
  if (entry == nullptr) entry = &state_.find_or_create(batch.group(row));
  for (std::size_t index = 0; index < folds_.size(); ++index) {
    const std::size_t value = folds_[index].value;
    const Sample sample{entry->state(), folded_[index], batch.time(row), nullptr};
    state_.grow(plan_->values[value].accumulator->add({&sample, 1}, plan_->layout->offset(value)));
  }
  return true;
}

void GroupIntake::find_entries(const Batch& batch) {
  const auto group = [&](std::size_t index) -> const Group& { return batch.group(accepted_[index].row); };
  state_.find_or_create_all(accepted_.size(), group, [&](std::size_t index, Entry& entry) {
    Accepted& accepted = accepted_[index];
    accepted.entry = &entry;
    state_.touch(entry);
    GroupHeader& header = GroupLayout::header(entry.state());
    header.latest = std::max(header.latest, batch.time(accepted.row));
  });
}

// Values that take the same column share its samples.
void GroupIntake::add_samples(const Batch& batch) {
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    sample_column(columns_[column], batch);
    add_to_values_of(column);
  }
  sample_records(batch);
  add_to_values_of(AggregateValue::no_column);
}

void GroupIntake::add_to_values_of(std::size_t column) {
  for (std::size_t index = 0; index < plan_->values.size(); ++index) {
    const AggregateValue& value = plan_->values[index];
    const bool is_added_already = value.fold && !value.fold->by_time;
    if (value.column == column && !is_added_already)
      state_.grow(value.accumulator->add(samples_, plan_->layout->offset(index)));
  }
}

void GroupIntake::sample_column(const Column& column, const Batch& batch) {
  samples_.clear();
  const Value* next = column.values.data();
  for (std::size_t index = 0; index < accepted_.size(); ++index) {
    const auto& [row, entry] = accepted_[index];
    for (const Value* const end = column.values.data() + column.ends[index]; next != end; ++next)
      samples_.push_back({entry->state(), *next, batch.time(row), &batch.value(row)});
  }
}

void GroupIntake::sample_records(const Batch& batch) {
  samples_.clear();
  for (const auto& [row, entry] : accepted_)
    samples_.push_back({entry->state(), Value::null(), batch.time(row), &batch.value(row)});
}

void GroupIntake::clear() {
  for (Column& column : columns_) {
    column.values.clear();
    column.ends.clear();
  }
  accepted_.clear();
  scratch_.clear();
}

}  // namespace flowrun
