#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "operators/aggregate/plan.hpp"

namespace flowrun {

/// Takes records into states, on one worker. Of each record first all expressions are evaluated, so that a rejected one
/// leaves no trace; then its state is named, and each accumulator gets the values of many records in one call. Knows
/// neither groups nor windows.
class RecordIntake {
 public:
  RecordIntake(Context& context, std::shared_ptr<const AggregatePlan> plan);

  /// What the values of a record go on from: a state; of records that bridge two, these; null where there is none.
  struct Before {
    const void* state = nullptr;
    const void* later = nullptr;
  };
  /// Some of the values are folds, which go on from the state that the record comes to.
  bool needs_state() const { return !folds_.empty(); }
  /// Evaluates the values of a record. False: it was rejected.
  bool evaluate(const Batch& batch, Batch::Row row, const Before& before, Output& output) {
    return has_no_expressions_ || evaluate_all(batch, row, before, output);
  }
  /// The record evaluated last goes into `state`, which must stay until `add`. Gives by how many bytes what the state owns
  /// has grown so far.
  std::ptrdiff_t accept(const Batch& batch, Batch::Row row, void* state) {
    accepted_.push_back({row, state});
    return has_no_expressions_ ? 0 : accept_values(batch, row, state);
  }
  bool has_accepted() const { return !accepted_.empty(); }
  /// Enough has been accepted that it should be added.
  bool is_full() const { return scratch_.bytes() > 4 * Batch::most_bytes; }
  /// Adds what was accepted of `batch`; gives by how many bytes what the states own has grown.
  std::ptrdiff_t add(const Batch& batch);

 private:
  struct Column {
    std::vector<Value> values;
    std::vector<std::uint32_t> ends;  // of the values of each accepted record
  };
  struct Accepted {
    Batch::Row row;
    void* state;
  };
  struct Fold {
    std::size_t value;  // its place among the plan's values
    std::unique_ptr<FoldEvaluation> evaluation;
  };

  bool evaluate_all(const Batch& batch, Batch::Row row, const Before& before, Output& output);
  std::ptrdiff_t accept_values(const Batch& batch, Batch::Row row, void* state);
  bool evaluate_columns(const Batch& batch, Batch::Row row, Output& output);
  bool evaluate_column(const expr::Program& program, const Value& record, std::vector<Value>& values);
  bool evaluate_folds(const Batch& batch, Batch::Row row, const Before& before, Output& output);
  Value evaluate_fold(const Fold& fold, const Batch& batch, Batch::Row row, const Before& before);
  bool check_numbers(const AggregateColumn& column, std::span<const Value> values, const Batch& batch, Batch::Row row,
                     Output& output);
  std::ptrdiff_t add_to_values_of(std::size_t column);
  void sample_column(const Column& column, const Batch& batch);
  void sample_records(const Batch& batch);
  void clear();

  std::shared_ptr<const AggregatePlan> plan_;
  Evaluation evaluation_;
  std::vector<Fold> folds_;
  bool has_no_expressions_ = false;  // there are neither columns nor folds

  Arena scratch_;  // of the values of accepted records, until they are added
  std::vector<Column> columns_;
  std::vector<Accepted> accepted_;
  std::vector<Value> folded_;  // by fold, of the record at hand
  std::vector<Sample> samples_;
};

}  // namespace flowrun
