#pragma once

#include <vector>

#include "component/options.hpp"
#include "operators/evaluation.hpp"

namespace flowrun {

/// Evaluates every field over the record as it came, into `results`: `nothing` where a field has no output. False: one
/// failed or had several outputs, and the record was rejected.
bool evaluate_fields(const FieldPrograms& fields, Evaluation& evaluation, const Batch& batch, Batch::Row row,
                     Arena& arena, std::vector<Value>& results, Output& output);

}  // namespace flowrun
