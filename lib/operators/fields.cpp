#include "operators/fields.hpp"

#include <fmt/format.h>

namespace flowrun {

bool evaluate_fields(const FieldPrograms& fields, Evaluation& evaluation, const Batch& batch, Batch::Row row,
                     Arena& arena, std::vector<Value>& results, Output& output) {
  results.clear();
  evaluation.begin(batch, row, arena);
  for (const FieldProgram& field : fields) {
    const expr::Outcome outcome = evaluation.one(*field.program, batch.value(row), arena);
    if (outcome.outputs > expr::Outputs::one) {
      const bool several = outcome.outputs == expr::Outputs::several;
      output.reject(batch, row, RejectKind::expression,
                    fmt::format("field `{}`: {}", field.name, several ? several_outputs : evaluation.error()));
      return false;
    }
    results.push_back(outcome.outputs == expr::Outputs::one ? outcome.value : Value());
  }
  return true;
}

}  // namespace flowrun
