#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "operators/aggregate/plan.hpp"
#include "state/keyed_state.hpp"

namespace flowrun {

/// Takes records into the states of their groups, on one worker. Of each record first all expressions are evaluated, so
/// that a rejected one leaves no trace; then states are found, and each accumulator gets the values of many records in
/// one call.
class GroupIntake {
 public:
  using Entry = state::KeyedState::Entry;

  /// `state` has the plan's layout and outlives this.
  GroupIntake(Context& context, std::shared_ptr<const AggregatePlan> plan, state::KeyedState& state);

  /// Takes in all rows of `batch`, whose groups are set. `on_change` is called for the entry of each accepted record.
  template <class OnChange>
  void take(const Batch& batch, Output& output, OnChange&& on_change);

 private:
  struct Column {
    std::vector<Value> values;
    std::vector<std::uint32_t> ends;  // of the values of each accepted record
  };
  struct Accepted {
    Batch::Row row;
    Entry* entry;
  };
  struct Fold {
    std::size_t value;  // its place among the plan's values
    std::unique_ptr<FoldEvaluation> evaluation;
  };

  bool evaluate(const Batch& batch, Batch::Row row, Output& output);
  bool evaluate_columns(const Batch& batch, Batch::Row row, Output& output);
  bool evaluate_column(const expr::Program& program, const Value& record, std::vector<Value>& values);
  bool evaluate_folds(const Batch& batch, Batch::Row row, Output& output);
  bool check_numbers(const AggregateColumn& column, std::span<const Value> values, const Batch& batch, Batch::Row row,
                     Output& output);
  void find_entries(const Batch& batch);
  void add_samples(const Batch& batch);
  void add_to_values_of(std::size_t column);
  void sample_column(const Column& column, const Batch& batch);
  void sample_records(const Batch& batch);
  void clear();

  std::shared_ptr<const AggregatePlan> plan_;
  state::KeyedState& state_;
  Evaluation evaluation_;
  std::vector<Fold> folds_;

  Arena scratch_;  // of the values of accepted records, until they are added
  std::vector<Column> columns_;
  std::vector<Accepted> accepted_;
  std::vector<Value> folded_;  // by fold, of the record at hand
  std::vector<Sample> samples_;
};

template <class OnChange>
void GroupIntake::take(const Batch& batch, Output& output, OnChange&& on_change) {
  constexpr std::size_t most_scratch_bytes = 4 * Batch::most_bytes;
  const auto add = [&] {
    find_entries(batch);
    add_samples(batch);
    for (const Accepted& accepted : accepted_) on_change(*accepted.entry);
    clear();
  };
  const bool evaluates = !columns_.empty() || !folds_.empty();
  for (const Batch::Row row : batch.rows()) {
    if (!evaluates || evaluate(batch, row, output)) accepted_.push_back({row, nullptr});
    if (evaluates && scratch_.bytes() > most_scratch_bytes) add();
  }
  add();
}

}  // namespace flowrun
