#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "component/context.hpp"
#include "component/options.hpp"
#include "component/output.hpp"
#include "component/registry.hpp"
#include "expr/program.hpp"
#include "record/batch.hpp"

namespace flowrun {

/// Adds to `reads` what `program` reads of a record.
void add_reads(const expr::Program& program, ReadSet& reads);
void add_reads(const FieldPrograms& fields, ReadSet& reads);

/// Why an expression gave no value that the step could use, as in an error record.
inline constexpr std::string_view several_outputs = "the expression has several outputs, one was expected";
inline constexpr std::string_view no_output = "the expression has no output, one was expected";

/// Evaluates the expressions of one step over the records of a batch: knows which of `$key $time $meta` they read, and
/// makes only those. Behind these slots may stand own variables of the step. One per operator.
class Evaluation {
 public:
  /// `reads` covers all programs that will be evaluated.
  Evaluation(Context& context, const ReadSet& reads, std::size_t own_variables = 0);

  /// The variables of a record; `$meta` is made in `arena`. Valid until the next call.
  void begin(const Batch& batch, Batch::Row row, Arena& arena) {
    if (reads_variables_) set_variables(batch, row, arena);
  }
  void set_own(std::size_t index, const Value& value) { variables_[expr::first_own_variable + index] = value; }

  /// Over the record that `begin` was called for; `input` is its value.
  expr::Outcome one(const expr::Program& program, const Value& input, Arena& arena) {
    return machine_.one(program, input, variables_, arena);
  }
  bool each(const expr::Program& program, const Value& input, Arena& arena, std::vector<Value>& outputs) {
    return machine_.each(program, input, variables_, arena, outputs);
  }
  std::string_view error() const { return machine_.error(); }

  /// What a condition says of a record. `rejected`: it failed or had several outputs, and the record was rejected.
  enum class Truth : std::uint8_t { fails, holds, rejected };
  Truth condition(const expr::Program& program, const Batch& batch, Batch::Row row, Output& output);

  /// The one output of `program` for a record; `nothing` where there is not exactly one: the record was rejected.
  Value exactly_one(const expr::Program& program, const Batch& batch, Batch::Row row, Arena& arena, Output& output);

 private:
  void set_variables(const Batch& batch, Batch::Row row, Arena& arena);

  expr::Machine& machine_;
  bool reads_key_;
  bool reads_time_;
  bool reads_meta_;
  bool reads_variables_;  // any of them
  std::vector<Value> variables_;
  Arena scratch_;  // of conditions
};

/// `$time`: seconds since 1970, an integer where it is a whole number of them; null for none.
Value seconds_of(Time time);

/// What a value is as a key: a text as it is, null for none, any other value as compact JSON, which lives in `text`.
Value as_key(const Value& value, std::string& text);

}  // namespace flowrun
