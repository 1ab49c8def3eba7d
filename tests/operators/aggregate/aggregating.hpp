#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "operators/planned.hpp"
#include "support/operator_harness.hpp"

namespace flowrun {

/// Event times, in seconds.
inline Time at(int seconds) { return Time(std::chrono::seconds(seconds)); }
/// Seconds behind where the harness' wall clock begins.
inline Time wall(int seconds) {
  return Time(std::chrono::sys_days(std::chrono::year(2000) / 1 / 1)) + std::chrono::seconds(seconds);
}

struct CallText {
  std::string name;
  std::string function;
  std::vector<std::string> arguments;
};

/// Values of an aggregate, as a flow has them.
std::vector<Call> calls(const std::vector<CallText>& texts);
Call fold(std::string name, std::string_view init, std::string_view add, bool by_time = false);
Call fold_with_merge(std::string name, std::string_view init, std::string_view add, std::string_view merge);

/// Options of an aggregate that emits at the end.
Options options(OptionValue by, std::vector<Call> values);
Options emitting(OptionValue emit, OptionValue by, std::vector<Call> values);
/// For `emitting`: some time after the first change.
OptionValue every(Duration duration);

/// Adds a window: `{tumbling: 10s}` is `{{"tumbling", 10}}`, in seconds.
using WindowText = std::vector<std::pair<std::string, int>>;
Options windowed(const WindowText& window, Options options, Time align = Time{});

inline constexpr std::size_t shards[] = {1, 2, 4};

/// An aggregate on some workers, which give their results in any order.
OperatorHarness harness(const Options& options, std::size_t workers);

/// The same with windows, by event time unless `clock` is given; late records are output 1.
OperatorHarness windows(const Options& options, std::size_t workers, ClockKind clock = ClockKind::event);

Values sorted(Values values);

}  // namespace flowrun
