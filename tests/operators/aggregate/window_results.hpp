#pragma once

#include <string>

#include "operators/aggregate/aggregating.hpp"

namespace flowrun {

inline TestRecord record(std::string value, int seconds) { return {std::move(value), "null", at(seconds)}; }

/// How many records each value has, as group, in each window.
inline Options counts(const WindowText& window, Time align = Time{}) {
  return windowed(window, options(program("."), calls({{"n", "count", {}}})), align);
}

/// What a result has behind its group: start and end of the window, in seconds of the first minutes of 1970, and `rest`.
inline std::string result(int start, int end, const std::string& rest) {
  const auto two = [](int number) { return std::string(number < 10 ? "0" : "") + std::to_string(number); };
  const auto text = [&](int seconds) {
    if (seconds < 0) return "\"1969-12-31T23:59:" + two(60 + seconds) + "Z\"";
    return "\"1970-01-01T00:" + two(seconds / 60) + ":" + two(seconds % 60) + "Z\"";
  };
  return R"("window_start":)" + text(start) + R"(,"window_end":)" + text(end) + "," + rest + "}";
}
inline std::string count(const std::string& key, int start, int end, int n) {
  return R"({"key":)" + key + "," + result(start, end, R"("n":)" + std::to_string(n));
}

}  // namespace flowrun
