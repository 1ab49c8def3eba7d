#pragma once

#include <cstddef>
#include <vector>

#include "flow/plan.hpp"

namespace flowrun {

/// The nodes of each task, in the order of the plan; the first is its root. Tasks are in the order of their roots, so each
/// stands behind those that send to it.
using TaskLayout = std::vector<std::vector<Plan::NodeIndex>>;

/// A node is fused with the one that sends to it where its records have one way only: a single edge, and no other worker
/// to go to.
bool is_fused(const Plan::Node& node, std::size_t workers);

TaskLayout lay_out_tasks(const Plan& plan, std::size_t workers);

}  // namespace flowrun
