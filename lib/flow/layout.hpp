#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "flow/flow.hpp"
#include "flow/plan.hpp"

namespace flowrun {

/// A node of the plan before it is known what is read of its records. A step becomes one node or several: a source is
/// followed by its decoder and its key, a grouped step has a part at the sender.
struct NodeDraft {
  enum class Role { source, decoder, time, key, sender, operation, sink };

  Role role = Role::operation;
  const Step* step = nullptr;
  std::string name;
  std::vector<Plan::Input> inputs;
  Port ports = 1;
  bool can_reject = false;
  bool errors_read = false;
  bool late_read = false;
  const SidePlan* side = nullptr;  // of a sender: the side that it is for, where the step has several
};

/// The nodes of a flow, in an order in which every edge leads forward.
std::vector<NodeDraft> lay_out(const Flow& flow);

}  // namespace flowrun
