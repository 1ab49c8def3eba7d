#pragma once

#include <atomic>

#include "base/time.hpp"

namespace flowrun {

/// Where the product takes the time from. Called per batch at most, from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall time; never runs backwards within a process.
  virtual Time now() = 0;
  /// For how long the machine has been running, from some moment on: goes on evenly, and not while it is suspended.
  virtual Duration running() = 0;
  /// How long a wait for `due` may last at most, for poll: rounded up, 0 where it is past. -1 (no bound) where the clock
  /// moves only when told to: who moves it wakes those who wait.
  virtual int milliseconds_until(Time due);
};

/// The machine's wall clock, held where it would step back.
class SystemClock final : public Clock {
 public:
  Time now() override;
  Duration running() override;

 private:
  std::atomic<std::int64_t> latest_{0};
};

/// A clock that moves only when told to, for `flowrun test` and the tests.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : now_(start.time_since_epoch().count()) {}
  Time now() override { return Time(Duration(now_.load())); }
  Duration running() override { return now().time_since_epoch(); }
  int milliseconds_until(Time due) override { return due <= now() ? 0 : -1; }
  void advance(Duration by) { now_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_;
};

}  // namespace flowrun
