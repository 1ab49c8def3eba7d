#include "flow/describe_time.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

#include "base/units.hpp"

namespace flowrun {
namespace {

const EventTimeOptions* event_time_of(const Step& step) {
  const auto* const source = std::get_if<SourceStep>(&step.work);
  const auto* const plan = source != nullptr ? &source->time : std::get_if<OperatorPlan>(&step.work);
  return plan != nullptr && plan->sets_time ? &*plan->sets_time : nullptr;
}

// The steps that set the event times which come to a step.
void find_time_setters(const Flow& flow, const Step& step, std::set<std::string>& setters) {
  for (const Stream& stream : step.from) {
    const Step& from = flow.steps[stream.step];
    if (event_time_of(from) != nullptr)
      setters.insert(from.id);
    else
      find_time_setters(flow, from, setters);
  }
}

}  // namespace

std::string describe_watermark(const Step& step) {
  const EventTimeOptions* const options = event_time_of(step);
  if (options == nullptr) return {};
  const auto text = [](Duration duration) {
    return duration == Duration::max() ? std::string("never") : format_duration(duration);
  };
  return fmt::format("of each partition its latest time minus {}; idle after {}, then {}", text(options->delay),
                     text(options->idle), options->advances_when_idle ? "on with the running clock" : "it waits");
}

std::string describe_clock(const Flow& flow, const Step& step) {
  const auto* const plan = std::get_if<OperatorPlan>(&step.work);
  if (plan == nullptr || !plan->has_clock) return {};
  if (step.clock == ClockKind::system) return "system";
  std::set<std::string> setters;
  find_time_setters(flow, step, setters);
  return fmt::format("event time, watermark from {}", fmt::join(setters, ", "));
}

}  // namespace flowrun
