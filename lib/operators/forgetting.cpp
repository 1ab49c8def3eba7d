#include "operators/forgetting.hpp"

#include <fmt/format.h>

namespace flowrun {

Forgetting::Forgetting(Context& context, std::optional<Duration> after)
    : after_(after),
      clock_(context),
      timers_(context.step_clock == ClockKind::event ? context.state->event_timers() : context.state->system_timers()) {
}

Time Forgetting::due(Time latest) const {
  if (!after_ || latest > end_of_time - *after_) return end_of_time;
  return latest + *after_;
}

OptionSpec Forgetting::option(std::string_view doc) {
  return {.name = "forget",
          .type = OptionType::duration,
          .doc = fmt::format(
              "{}. The clock is the watermark where every source that feeds the step has event time, else the "
              "machine's. Absent: never.",
              doc),
          .unit = "duration",
          .example = "1d",
          .free_to_change = true};
}

std::optional<Duration> Forgetting::of(const Options& options) {
  const auto* const given = options.get<Duration>("forget");
  return given != nullptr ? std::optional(*given) : std::nullopt;
}

}  // namespace flowrun
