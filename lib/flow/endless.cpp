#include "flow/endless.hpp"

#include <fmt/format.h>

#include "flow/diagnostic_codes.hpp"
#include "flow/yaml_tree.hpp"

namespace flowrun {
namespace {

// Of each step, the source that makes its input endless; null where there is none.
std::vector<const Step*> find_endless(const std::vector<Step>& steps) {
  std::vector<const Step*> endless(steps.size());
  for (std::size_t index = 0; index < steps.size(); ++index) {
    const Step& step = steps[index];
    if (step.is_source() && std::get<SourceStep>(step.work).source.endless) endless[index] = &step;
    for (const Stream& stream : step.from)
      if (endless[index] == nullptr && stream.step < index) endless[index] = endless[stream.step];
  }
  return endless;
}

// The value of `emit`, where it was written, else the operator.
SourceSpan place_of_waiting(const Step& step) {
  const YamlEntry* const work = step.node->find(step.operation);
  const YamlEntry* const emit = work->value->is_mapping() ? work->value->find("emit") : nullptr;
  return emit != nullptr ? emit->value->span : work->key->span;
}

}  // namespace

void check_endless(const std::vector<Step>& steps, Diagnostics& diagnostics) {
  const std::vector<const Step*> endless = find_endless(steps);
  for (std::size_t index = 0; index < steps.size(); ++index) {
    const Step& step = steps[index];
    const auto* const plan = std::get_if<OperatorPlan>(&step.work);
    if (plan == nullptr || endless[index] == nullptr) continue;
    if (plan->waits_for_end)
      diagnostics.error(
          Code::endless_input, place_of_waiting(step),
          fmt::format("`{}` emits at the end of its input, but `{}` never ends", step.id, endless[index]->id),
          plan->end_hint);
    else if (plan->grows_without_bound)
      diagnostics.warning(
          Code::unbounded_state, step.node->find(step.operation)->key->span,
          fmt::format("`{}` keeps something of every group for good, and `{}` never ends", step.id, endless[index]->id),
          plan->end_hint);
  }
}

}  // namespace flowrun
