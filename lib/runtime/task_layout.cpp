#include "runtime/task_layout.hpp"

namespace flowrun {

bool is_fused(const Plan::Node& node, std::size_t workers) {
  if (node.inputs.size() != 1 || node.inputs.front().edges.size() != 1) return false;
  return workers == 1 || node.inputs.front().edges.front().exchange == Exchange::none;
}

TaskLayout lay_out_tasks(const Plan& plan, std::size_t workers) {
  TaskLayout tasks;
  std::vector<std::size_t> task_of(plan.nodes.size());
  for (Plan::NodeIndex node = 0; node < plan.nodes.size(); ++node) {
    if (is_fused(plan.nodes[node], workers)) {
      task_of[node] = task_of[plan.nodes[node].inputs.front().edges.front().from];
      tasks[task_of[node]].push_back(node);
    } else {
      task_of[node] = tasks.size();
      tasks.push_back({node});
    }
  }
  return tasks;
}

}  // namespace flowrun
