#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "component/operator.hpp"
#include "component/output.hpp"
#include "operators/evaluation.hpp"

namespace flowrun {

/// What a step makes of the value of a record.
class ValueFunction {
 public:
  virtual ~ValueFunction() = default;
  /// Appends the new values of a record to `values`, made in `arena` or of parts of the record. False: the record was
  /// rejected, and what was appended does not count.
  virtual bool apply(const Batch& batch, Batch::Row row, Arena& arena, std::vector<Value>& values, Output& output) = 0;
  /// The values that were made of `rows` are about to be handed on with the key, time and meta of these: may change keys.
  virtual void label(Batch& batch, std::span<const Batch::Row> rows) {
    static_cast<void>(batch), static_cast<void>(rows);
  }
};

/// A step that gives each record new values: none, one or many. As long as each record gets one at most, the batch stays
/// and is changed in its place; else batches are derived from it. Key, time and meta are kept.
class Rewrite final : public Operator {
 public:
  explicit Rewrite(std::unique_ptr<ValueFunction> function) : function_(std::move(function)) {}

  Progress process(InputIndex input, Batch& batch, Output& output) override;

 private:
  void evaluate(const Batch& batch, Output& output);
  void hand_on_rewritten(Batch& batch, Output& output);
  bool hand_on_derived(const Batch& batch, Output& output);
  void forget();

  std::unique_ptr<ValueFunction> function_;
  Batch results_;                    // owns the memory of new values
  std::vector<Value> values_;        // of the first `evaluated_` records of the batch
  std::vector<Batch::Row> origins_;  // of each value, the row that it was made of
  std::size_t evaluated_ = 0;
  std::size_t handed_on_ = 0;  // values
  bool expands_ = false;       // some record has several values
};

/// The plan of a step that rewrites by `Function`, which is made of the context, `programs` and what these read.
template <class Function, class Programs>
OperatorPlan plan_rewrite(Programs programs, ReadSet reads) {
  OperatorPlan plan;
  plan.writes_value = true;
  plan.can_reject = true;
  plan.reads = reads;
  plan.make = [programs = std::move(programs), reads = std::move(reads)](Context& context) {
    return std::make_unique<Rewrite>(std::make_unique<Function>(context, programs, reads));
  };
  return plan;
}

}  // namespace flowrun
