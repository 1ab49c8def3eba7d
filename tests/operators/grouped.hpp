#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operators/planned.hpp"
#include "operators/sharded.hpp"

namespace flowrun {

/// Event times, in seconds.
inline Time at(int seconds) { return Time(std::chrono::seconds(seconds)); }
/// Seconds behind where the harness' wall clock begins.
inline Time wall(int seconds) {
  return Time(std::chrono::sys_days(std::chrono::year(2000) / 1 / 1)) + std::chrono::seconds(seconds);
}

/// A record of that event time, in seconds.
inline TestRecord timed(int seconds, std::string value) { return {.value = std::move(value), .time = at(seconds)}; }

/// Options that are set one after the other.
class OptionList {
 public:
  OptionList& with(std::string name, OptionValue value) {
    options_.set(std::move(name), std::move(value));
    return *this;
  }
  operator const Options&() const { return options_; }

 private:
  Options options_;
};

inline Values in_order(Values values) {
  std::sort(values.begin(), values.end());
  return values;
}

/// A stateful step and what runs before its exchange, for each of its inputs, on one worker.
OperatorFactory grouped(const OperatorPlan& plan);
OperatorHarness alone(std::string_view name, const Options& options);

}  // namespace flowrun
