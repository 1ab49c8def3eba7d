#include "base/clock.hpp"

#include <algorithm>

namespace flowrun {

int Clock::milliseconds_until(Time due) {
  const Time present = now();
  if (due <= present) return 0;
  constexpr std::int64_t longest = 1000 * 1000;  // who waits for longer looks at the clock again
  const std::int64_t microseconds = due.time_since_epoch().count() - present.time_since_epoch().count();
  return static_cast<int>(std::min(microseconds / 1000 + 1, longest));
}

Time SystemClock::now() {
  const std::int64_t read =
      std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()).count();
  std::int64_t latest = latest_.load(std::memory_order_relaxed);
  while (latest < read && !latest_.compare_exchange_weak(latest, read, std::memory_order_relaxed)) {
  }
  return Time(Duration(std::max(latest, read)));
}

Duration SystemClock::running() {
  // CLOCK_MONOTONIC, which stands still while the machine is suspended.
  return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace flowrun
