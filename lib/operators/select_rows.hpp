#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "component/operator.hpp"

namespace flowrun {

/// Hands on those of a batch's rows that a test accepts, in place: the loop of steps that only look at records.
/// `accept(row)` is called once per row, in order.
template <class Accept>
void pass_accepted(Batch& batch, std::vector<Batch::Row>& accepted, Output& output, Accept&& accept) {
  accepted.clear();
  for (const Batch::Row row : batch.rows())
    if (accept(row)) accepted.push_back(row);
  if (accepted.size() != batch.size()) batch.select(accepted);
  output.pass(std::exchange(batch, Batch()));
}

}  // namespace flowrun
