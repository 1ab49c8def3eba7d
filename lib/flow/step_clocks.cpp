#include "flow/step_clocks.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string>
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

SourceSpan span_of(const Step& step, std::string_view option) {
  const YamlEntry* const options = step.node->find(step.operation);
  if (options == nullptr || !options->value->is_mapping()) return step.node->span;
  const YamlEntry* const entry = options->value->find(option);
  return entry != nullptr ? entry->value->span : options->value->span;
}

// The ids of the sources without event time that feed a step, as they stand in a message.
std::string sources_without_time(const std::vector<Step>& steps, const Step& step) {
  std::vector<bool> seen(steps.size());
  std::vector<const Step*> open = {&step};
  std::vector<std::string> names;
  while (!open.empty()) {
    const Step* const each = open.back();
    open.pop_back();
    if (each->is_source() && !each->has_event_time) names.push_back(each->id);
    for (const Stream& stream : each->from) {
      if (seen[stream.step] || gives_event_time(steps[stream.step], stream.port)) continue;
      seen[stream.step] = true;
      open.push_back(&steps[stream.step]);
    }
  }
  std::sort(names.begin(), names.end());
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "`" : ", `") + name + "`";
  return text;
}

void check_clock(const std::vector<Step>& steps, const Step& step, const OperatorPlan& plan, Diagnostics& diagnostics) {
  if (plan.clock == ClockKind::event && !step.has_event_time) {
    const std::string sources = sources_without_time(steps, step);
    diagnostics.error(
        Code::no_event_time, span_of(step, "clock"),
        fmt::format("`{}` goes by event time, but {} it", step.id,
                    sources.empty() ? "rejected records without time feed" : sources + " without `time` feeds"),
        "give each source `time: .ts`, or write `clock: system`");
  } else if (!plan.clock && plan.has_window && !step.has_event_time) {
    const bool none = std::none_of(steps.begin(), steps.end(),
                                   [](const Step& each) { return each.is_source() && each.has_event_time; });
    diagnostics.warning(Code::windows_by_arrival, span_of(step, "window"),
                        none ? "no source has `time`: windows go by arrival"
                             : fmt::format("not all that feeds `{}` has event time: windows go by arrival", step.id),
                        "give each source `time: .ts`, or write `clock: system`");
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
    if (const auto* const plan = std::get_if<OperatorPlan>(&step.work); plan != nullptr && plan->has_clock) {
      step.clock = plan->clock.value_or(step.has_event_time ? ClockKind::event : ClockKind::system);
      check_clock(steps, step, *plan, diagnostics);
    }
}

}  // namespace flowrun
