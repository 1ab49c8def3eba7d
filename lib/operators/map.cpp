#include "operators/fields.hpp"
#include "operators/operators.hpp"
#include "operators/rewrite.hpp"

namespace flowrun {
namespace {

// Every output of an expression becomes a record.
class MapToOutputs final : public ValueFunction {
 public:
  MapToOutputs(Context& context, ProgramPtr program, const ReadSet& reads)
      : program_(std::move(program)), evaluation_(context, reads) {}

  bool apply(const Batch& batch, Batch::Row row, Arena& arena, std::vector<Value>& values, Output& output) override {
    evaluation_.begin(batch, row, arena);
    if (evaluation_.each(*program_, batch.value(row), arena, values)) return true;
    output.reject(batch, row, RejectKind::expression, evaluation_.error());
    return false;
  }

 private:
  ProgramPtr program_;
  Evaluation evaluation_;
};

// Builds an object of the fields that have an output.
class MapToFields final : public ValueFunction {
 public:
  MapToFields(Context& context, FieldPrograms fields, const ReadSet& reads)
      : fields_(std::move(fields)), evaluation_(context, reads) {}

  bool apply(const Batch& batch, Batch::Row row, Arena& arena, std::vector<Value>& values, Output& output) override {
    if (!evaluate_fields(fields_, evaluation_, batch, row, arena, results_, output)) return false;
    Member* const members = new_members(arena, fields_.size());
    std::size_t size = 0;
    for (std::size_t index = 0; index < fields_.size(); ++index)
      if (!results_[index].is_nothing()) members[size++] = {Value::text(fields_[index].name), results_[index]};
    values.push_back(Value::object(members, size));
    return true;
  }

 private:
  FieldPrograms fields_;
  Evaluation evaluation_;
  std::vector<Value> results_;
};

OperatorPlan plan_programs(const Options& options) {
  ReadSet reads;
  if (const auto* const fields = options.get<FieldPrograms>("")) {
    add_reads(*fields, reads);
    return plan_rewrite<MapToFields>(*fields, std::move(reads));
  }
  const ProgramPtr& program = options.at<ProgramPtr>("");
  add_reads(*program, reads);
  return plan_rewrite<MapToOutputs>(program, std::move(reads));
}

Result<OperatorPlan, OptionFaults> plan(const Options& options) {
  OperatorPlan plan = plan_programs(options);
  plan.passes_records = false;
  return plan;
}

}  // namespace

OperatorEntry map_operator() {
  Spec spec;
  spec.name = "map";
  spec.summary = "makes new records of each record: every output of an expression, or an object of fields";
  spec.value = OptionSpec{
      .type = OptionType::outputs_or_fields,
      .doc =
          "An expression, each of whose outputs becomes a record; or a mapping of field names to expressions, which "
          "builds an object: a field whose expression has no output is left out, one with several rejects the "
          "record. Key, time and meta are kept.",
      .required = true,
      .example = ".items[]"};
  spec.can_reject = true;
  spec.example = "map:\n  user: .user.name\n  cents: .amount * 100\n";
  return {std::move(spec), plan};
}

}  // namespace flowrun
