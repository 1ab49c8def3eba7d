#pragma once

#include "component/output.hpp"
#include "operators/join/rows.hpp"
#include "record/arena.hpp"

namespace flowrun {

/// Hands late records of a join on as they came, but for `$meta.side`: the name of the side that they came for.
class LateSide {
 public:
  void emit(const JoinPlan& plan, const JoinRows::Arrival& arrival, Output& output);

 private:
  Arena scratch_;
};

}  // namespace flowrun
