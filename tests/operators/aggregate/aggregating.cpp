#include "operators/aggregate/aggregating.hpp"

#include <algorithm>

#include "operators/sharded.hpp"

namespace flowrun {

std::vector<Call> calls(const std::vector<CallText>& texts) {
  std::vector<Call> calls;
  for (const CallText& text : texts) {
    Call call{text.name, text.function, {}, text.function, false};
    for (const std::string& argument : text.arguments) call.arguments.push_back(program(argument));
    calls.push_back(std::move(call));
  }
  return calls;
}

Call fold(std::string name, std::string_view init, std::string_view add, bool by_time) {
  return {std::move(name), "fold", {program(init), program(add, {"acc"}), nullptr}, "fold", by_time};
}

Call fold_with_merge(std::string name, std::string_view init, std::string_view add, std::string_view merge) {
  Call call = fold(std::move(name), init, add);
  call.arguments.back() = program(merge, {"acc", "other"});
  return call;
}

Options options(OptionValue by, std::vector<Call> values) {
  return emitting(std::string("at_close"), std::move(by), std::move(values));
}

Options emitting(OptionValue emit, OptionValue by, std::vector<Call> values) {
  Options options;
  if (!std::holds_alternative<std::monostate>(by)) options.set("by", std::move(by));
  options.set("emit", std::move(emit));
  options.set("values", std::move(values));
  return options;
}

OptionValue every(Duration duration) {
  auto options = std::make_shared<Options>();
  options->set("every", duration);
  return OptionValue(std::shared_ptr<const Options>(std::move(options)));
}

OperatorHarness harness(const Options& options, std::size_t workers) {
  OperatorHarness harness(sharded(planned("aggregate", options), workers));
  harness.in_any_order();
  return harness;
}

Options windowed(const WindowText& window, Options options, Time align) {
  auto written = std::make_shared<Options>();
  for (const auto& [name, seconds] : window) written->set(name, Duration(std::chrono::seconds(seconds)));
  if (align != Time{}) written->set("align", align);
  options.set("window", std::shared_ptr<const Options>(std::move(written)));
  return options;
}

OperatorHarness windows(const Options& options, std::size_t workers, ClockKind clock) {
  OperatorHarness harness(sharded(planned("aggregate", options), workers), 2);
  harness.runs_on(clock).late_port(1);
  if (workers > 1) harness.in_any_order();
  return harness;
}

Values sorted(Values values) {
  std::sort(values.begin(), values.end());
  return values;
}

}  // namespace flowrun
