#include "flow/step_clocks.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "flow/diagnostic_codes.hpp"
#include "flow/yaml_tree.hpp"

namespace flowrun {
namespace {

// A record that could not be decoded has no time, whatever the others have.
bool gives_event_time(const Step& step, Port port) {
  if (step.is_source()) return step.has_event_time && port != step.outputs.errors_port();
  const auto* const plan = std::get_if<OperatorPlan>(&step.work);
  const bool sets_it = plan != nullptr && plan->sets_time.has_value() && port != step.outputs.errors_port();
  return sets_it || step.has_event_time;
}

bool comes_with_event_time(const std::vector<Step>& steps, const Step& step) {
  if (const auto* const source = std::get_if<SourceStep>(&step.work)) return source->time.make != nullptr;
  return std::all_of(step.from.begin(), step.from.end(),
                     [&](const Stream& stream) { return gives_event_time(steps[stream.step], stream.port); });
}

// Whether its records still are where, and in the order in which, a partition gave them, by step.
std::vector<bool> find_beside_sources(const std::vector<Step>& steps) {
  std::vector<bool> beside(steps.size(), true);
  const auto keeps = [&](const Stream& stream) {
    const Step& from = steps[stream.step];
    const auto* const plan = std::get_if<OperatorPlan>(&from.work);
    const bool exchanges = plan != nullptr && plan->exchange != Exchange::none;
    return beside[stream.step] && !exchanges && stream.port != from.outputs.errors_port();
  };
  for (bool found = true; found;) {
    found = false;
    for (std::size_t step = 0; step < steps.size(); ++step) {
      if (!beside[step] || std::all_of(steps[step].from.begin(), steps[step].from.end(), keeps)) continue;
      beside[step] = false;
      found = true;
    }
  }
  return beside;
}

void check_time_steps(const std::vector<Step>& steps, Diagnostics& diagnostics) {
  const std::vector<bool> beside = find_beside_sources(steps);
  for (std::size_t index = 0; index < steps.size(); ++index) {
    const auto* const plan = std::get_if<OperatorPlan>(&steps[index].work);
    if (plan == nullptr || !plan->sets_time || beside[index]) continue;
    diagnostics.error(Code::late_time, steps[index].node->span,
                      fmt::format("`{}` sets event time where records no longer stand in the order of their partition: "
                                  "behind an exchange between workers, or an errors output",
                                  steps[index].id),
                      "write `time` at the source, or this step right behind it");
  }
}

}  // namespace

void resolve_clocks(std::vector<Step>& steps, Diagnostics& diagnostics) {
  // A reader of `errors` may stand above what it reads, so one round in the order of the file is not enough.
  for (bool found = true; found;) {
    found = false;
    for (Step& step : steps) {
      const bool known = std::exchange(step.has_event_time, comes_with_event_time(steps, step));
      found = found || known != step.has_event_time;
    }
  }
  check_time_steps(steps, diagnostics);
  for (Step& step : steps)
    if (const auto* const plan = std::get_if<OperatorPlan>(&step.work); plan != nullptr && plan->has_clock)
      step.clock = plan->clock.value_or(step.has_event_time ? ClockKind::event : ClockKind::system);
}

}  // namespace flowrun
