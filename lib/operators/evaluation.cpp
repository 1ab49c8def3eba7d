#include "operators/evaluation.hpp"

#include "component/error_record.hpp"
#include "record/json.hpp"

namespace flowrun {

void add_reads(const expr::Program& program, ReadSet& reads) {
  reads.value.merge(program.reads());
  reads.key = reads.key || program.reads_variable(expr::key_variable);
  reads.time = reads.time || program.reads_variable(expr::time_variable);
  reads.meta = reads.meta || program.reads_variable(expr::meta_variable);
}

void add_reads(const FieldPrograms& fields, ReadSet& reads) {
  for (const FieldProgram& field : fields) add_reads(*field.program, reads);
}

Evaluation::Evaluation(Context& context, const ReadSet& reads, std::size_t own_variables)
    : machine_(*context.machine),
      reads_key_(reads.key),
      reads_time_(reads.time),
      reads_meta_(reads.meta),
      reads_variables_(reads.key || reads.time || reads.meta),
      variables_(expr::first_own_variable + own_variables) {}

void Evaluation::set_variables(const Batch& batch, Batch::Row row, Arena& arena) {
  if (reads_key_) variables_[expr::key_variable] = batch.key(row);
  if (reads_time_) variables_[expr::time_variable] = seconds_of(batch.time(row));
  if (reads_meta_) variables_[expr::meta_variable] = make_meta(batch, row, arena);
}

Evaluation::Truth Evaluation::condition(const expr::Program& program, const Batch& batch, Batch::Row row,
                                        Output& output) {
  begin(batch, row, scratch_);
  const expr::Outcome outcome = one(program, batch.value(row), scratch_);
  Truth truth = outcome.outputs == expr::Outputs::one && outcome.value.holds() ? Truth::holds : Truth::fails;
  if (outcome.outputs > expr::Outputs::one) [[unlikely]] {
    const bool several = outcome.outputs == expr::Outputs::several;
    output.reject(batch, row, RejectKind::expression, several ? several_outputs : error());
    truth = Truth::rejected;
  }
  if (scratch_.bytes() > 0) scratch_.clear();
  return truth;
}

Value Evaluation::exactly_one(const expr::Program& program, const Batch& batch, Batch::Row row, Arena& arena,
                              Output& output) {
  begin(batch, row, arena);
  const expr::Outcome outcome = one(program, batch.value(row), arena);
  switch (outcome.outputs) {
    case expr::Outputs::one:
      return outcome.value;
    case expr::Outputs::none:
      output.reject(batch, row, RejectKind::expression, no_output);
      break;
    case expr::Outputs::several:
      output.reject(batch, row, RejectKind::expression, several_outputs);
      break;
    case expr::Outputs::error:
      output.reject(batch, row, RejectKind::expression, error());
      break;
  }
  return {};
}

Value seconds_of(Time time) {
  if (time == no_time) return Value::null();
  const std::int64_t microseconds = time.time_since_epoch().count();
  if (microseconds % 1'000'000 == 0) return Value::integer(microseconds / 1'000'000);
  return Value::number(static_cast<double>(microseconds) / 1e6);
}

Value as_key(const Value& value, std::string& text) {
  if (value.is_text() || value.is_null()) return value;
  text.clear();
  write_json(value, text);
  return Value::text(text);
}

}  // namespace flowrun
