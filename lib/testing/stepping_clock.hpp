#pragma once

#include <atomic>

#include "base/clock.hpp"

namespace flowrun {

/// A clock that moves only when told to, and knows what is waited for: so it can be moved from one due time to the next, as
/// time would pass. Who moves it wakes all who wait, and they ask again.
class SteppingClock final : public Clock {
 public:
  explicit SteppingClock(Time start) : now_(start), next_(end_of_time) {}

  Time now() override { return now_.load(); }
  Duration running() override { return now().time_since_epoch(); }
  int milliseconds_until(Time due) override {
    if (due <= now()) return 0;
    Time known = next_.load();
    while (due < known && !next_.compare_exchange_weak(known, due)) {
    }
    return -1;
  }

  void set(Time now) {
    now_.store(now);
    next_.store(end_of_time);
  }
  /// The first time that somebody has waited for since the clock was set.
  Time next_due() const { return next_.load(); }

 private:
  std::atomic<Time> now_;
  std::atomic<Time> next_;
};

}  // namespace flowrun
