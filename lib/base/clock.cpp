#include "base/clock.hpp"

#include <algorithm>

namespace flowrun {

Time SystemClock::now() {
  const std::int64_t read =
      std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()).count();
  std::int64_t latest = latest_.load(std::memory_order_relaxed);
  while (latest < read && !latest_.compare_exchange_weak(latest, read, std::memory_order_relaxed)) {
  }
  return Time(Duration(std::max(latest, read)));
}

}  // namespace flowrun
