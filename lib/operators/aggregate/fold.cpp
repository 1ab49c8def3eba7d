#include "operators/aggregate/fold.hpp"

#include <utility>

#include "operators/aggregate/accumulator_of.hpp"

namespace flowrun {
namespace {

struct Folded {
  state::OwnedValue accumulated;
  void add(const Sample& sample) { accumulated.assign(sample.value); }
  void merge(Folded&& later) { accumulated = std::move(later.accumulated); }
  Value result(Arena& arena) const {
    return accumulated.is_nothing() ? Value::null() : deep_copy(accumulated.get(), arena);
  }
  void encode(std::string& out) const { state::put_value(accumulated.get(), out); }
  void decode(state::Reader& reader) {
    Arena arena;
    accumulated.assign(reader.take_value(arena));
  }
  std::size_t owned_bytes() const { return accumulated.owned_bytes(); }
};

struct Recorded {
  TimedValues records;
  void add(const Sample& sample) { records.add(sample.time, *sample.record); }
  void merge(Recorded&& later) { records.merge(std::move(later.records)); }
  Value result(Arena&) const { return Value::null(); }
  void encode(std::string& out) const { records.encode(out); }
  void decode(state::Reader& reader) { records.decode(reader); }
  std::size_t owned_bytes() const { return records.owned_bytes(); }
};

std::string fault_of(expr::Outputs outputs, std::string_view error) {
  return std::string(outputs == expr::Outputs::error  ? error
                     : outputs == expr::Outputs::none ? no_output
                                                      : several_outputs);
}

}  // namespace

std::shared_ptr<const Accumulator> make_fold_accumulator(bool by_time) {
  constexpr Traits traits{.merges_exactly = false, .stays_small = false};
  if (by_time) return std::make_shared<AccumulatorOf<Recorded, traits>>();
  return std::make_shared<AccumulatorOf<Folded, traits>>();
}

FoldEvaluation::FoldEvaluation(Context& context, FoldPrograms programs, const ReadSet& reads)
    : programs_(std::move(programs)), evaluation_(context, reads, 2) {
  const expr::Outcome outcome = evaluation_.one(*programs_.init, Value::null(), scratch_);
  if (outcome.outputs == expr::Outputs::one)
    init_.assign(outcome.value);
  else
    init_error_ = fault_of(outcome.outputs, evaluation_.error());
  scratch_.clear();
}

Value FoldEvaluation::add(const void* state, const Batch& batch, Batch::Row row, Arena& arena) {
  return add_to(state != nullptr ? static_cast<const Folded*>(state)->accumulated.get() : init_.get(), batch, row,
                arena);
}

Value FoldEvaluation::merge(const void* state, const void* later, Arena& arena) {
  evaluation_.set_own(0, static_cast<const Folded*>(state)->accumulated.get());
  evaluation_.set_own(1, static_cast<const Folded*>(later)->accumulated.get());
  const expr::Outcome outcome = evaluation_.one(*programs_.merge, Value::null(), arena);
  if (outcome.outputs == expr::Outputs::one) return outcome.value;
  error_ = "merge: " + fault_of(outcome.outputs, evaluation_.error());
  return {};
}

const Value& FoldEvaluation::accumulated(const void* state) {
  return static_cast<const Folded*>(state)->accumulated.get();
}

Value FoldEvaluation::add_to(const Value& accumulated, const Batch& batch, Batch::Row row, Arena& arena) {
  if (init_.is_nothing()) {
    error_ = "init: " + init_error_;
    return {};
  }
  evaluation_.begin(batch, row, arena);
  evaluation_.set_own(0, accumulated);
  const expr::Outcome outcome = evaluation_.one(*programs_.add, batch.value(row), arena);
  if (outcome.outputs == expr::Outputs::one) return outcome.value;
  error_ = "add: " + fault_of(outcome.outputs, evaluation_.error());
  return {};
}

Value FoldEvaluation::result(const void* state, Arena& arena, Output& output) {
  if (!programs_.by_time) return deep_copy(static_cast<const Folded*>(state)->accumulated.get(), arena);
  state::OwnedValue accumulated(init_.get());
  for (const TimedValues::Item* const item : static_cast<const Recorded*>(state)->records.in_order()) {
    Batch record;
    const Batch::Row row = record.append(item->value.get());
    record.set_time(row, item->time);
    scratch_.clear();
    const Value value = add_to(accumulated.get(), record, row, scratch_);
    if (value.is_nothing())
      output.reject(record, row, RejectKind::expression, error_);
    else
      accumulated.assign(value);
  }
  return accumulated.is_nothing() ? Value::null() : deep_copy(accumulated.get(), arena);
}

}  // namespace flowrun
