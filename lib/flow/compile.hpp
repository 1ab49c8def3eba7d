#pragma once

#include <string>
#include <vector>

#include "flow/flow.hpp"
#include "flow/plan.hpp"

namespace flowrun {

/// A plan, and what `flowrun plan` shows of how it came about.
struct CompiledFlow {
  Plan plan;
  std::vector<ReadSet> reads;      // of each node of the plan: what must be there of the records that come to it
  std::vector<bool> raw_is_value;  // of each node: the bytes that were read stand for the values that come to it
};

/// Lays a checked flow out as nodes and edges, and finds out for each node what is read of its records, so that nothing
/// else is decoded, kept or carried. Cannot fail.
CompiledFlow compile_flow(const Flow& flow);

}  // namespace flowrun
