#pragma once

#include <atomic>
#include <poll.h>
#include <utility>
#include <vector>

#include "os/event.hpp"

namespace flowrun {

/// Counts the threads of a job that are awake. At nought nothing moves until something comes from outside: no thread has
/// work, and none has been rung that has not looked yet. Any thread.
class Rest {
 public:
  void wake() { awake_.fetch_add(1); }
  void sleep() {
    if (awake_.fetch_sub(1) == 1) awake_.notify_all();
  }
  /// Blocks until all are asleep.
  void wait() const {
    for (int awake = awake_.load(); awake != 0; awake = awake_.load()) awake_.wait(awake);
  }

 private:
  std::atomic<int> awake_{0};
};

/// Wakes the one thread that owns it. Ringing costs a system call only where the owner sleeps, is never lost, and is safe
/// from any thread and from a signal handler. The owner counts as awake from the beginning until it retires.
class Bell {
 public:
  explicit Bell(Rest& rest) : rest_(rest) { rest_.wake(); }
  ~Bell() { retire(); }
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  void ring();

  /// The owner sleeps until it is rung, one of `others` is ready or `milliseconds` have passed (-1: no bound); returns at
  /// once where it has been rung since it last slept. The first of `others` is a place for the bell's own descriptor.
  void sleep(std::vector<pollfd>& others, int milliseconds);
  void sleep(int milliseconds = -1);

  /// The owner has ended, and sleeps for good.
  void retire() {
    if (!std::exchange(retired_, true)) rest_.sleep();
  }

 private:
  enum State : int { awake, rung, asleep };

  Rest& rest_;
  Event event_;
  std::atomic<int> state_{awake};
  bool retired_ = false;
};

/// Retires a bell when its owner ends, in whatever way.
class Retirement {
 public:
  explicit Retirement(Bell& bell) : bell_(bell) {}
  ~Retirement() { bell_.retire(); }
  Retirement(const Retirement&) = delete;
  Retirement& operator=(const Retirement&) = delete;

 private:
  Bell& bell_;
};

}  // namespace flowrun
