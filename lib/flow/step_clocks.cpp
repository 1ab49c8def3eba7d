#include "flow/step_clocks.hpp"

#include <algorithm>
#include <utility>

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

}  // namespace

void resolve_clocks(std::vector<Step>& steps) {
  // A reader of `errors` may stand above what it reads, so one round in the order of the file is not enough.
  for (bool found = true; found;) {
    found = false;
    for (Step& step : steps) {
      const bool known = std::exchange(step.has_event_time, comes_with_event_time(steps, step));
      found = found || known != step.has_event_time;
    }
  }
  for (Step& step : steps)
    if (const auto* const plan = std::get_if<OperatorPlan>(&step.work); plan != nullptr && plan->has_clock)
      step.clock = plan->clock.value_or(step.has_event_time ? ClockKind::event : ClockKind::system);
}

}  // namespace flowrun
