#pragma once

#include <functional>

#include "flow/plan.hpp"
#include "observations.hpp"
#include "shape.hpp"

namespace flowrun::graph {

/// What a tap may do to its job.
struct Levers {
  std::function<void()> request_mark;
  std::function<void()> stop;
};

/// The plan of a shape, with sources, steps and sinks that stall at random and note what they see. All that is referred to
/// outlives the job.
Plan make_plan(const Shape& shape, Observations& observations, const Levers& levers);

}  // namespace flowrun::graph
