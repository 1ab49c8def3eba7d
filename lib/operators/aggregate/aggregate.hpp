#pragma once

#include <memory>

#include "operators/aggregate/plan.hpp"

namespace flowrun {

/// What runs an aggregate, and what the compiler must know of it; for steps that are aggregates by another name, too.
OperatorPlan plan_of_aggregate(const std::shared_ptr<const AggregatePlan>& aggregate);

}  // namespace flowrun
