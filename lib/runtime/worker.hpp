#pragma once

#include <cstddef>
#include <memory>
#include <poll.h>
#include <vector>

#include "base/clock.hpp"
#include "runtime/bell.hpp"
#include "runtime/coordinator.hpp"
#include "runtime/source_intake.hpp"
#include "runtime/task.hpp"
#include "runtime/thread.hpp"

namespace flowrun {

/// A thread with a copy of every node of the plan. Nobody else touches its tasks while it runs.
class Worker {
 public:
  Worker(std::size_t number, Clock& clock, Coordinator& coordinator, Rest& rest);

  // Before it runs.
  std::size_t number() const { return number_; }
  Bell& bell() { return bell_; }
  /// In the order of the plan: those that others send to come later.
  void add(Task task) { tasks_.push_back(std::move(task)); }
  /// Of one of its tasks.
  void add(SourceIntake& source) { sources_.push_back(&source); }

  void start();
  void join() { thread_.join(); }

  const std::vector<Task>& tasks() const { return tasks_; }

 private:
  void run();
  bool step();
  void fire_timers();
  bool flush();
  void sleep();
  void look_at_sources();
  bool list_descriptors();
  void wake_sources();
  Time next_timer() const;

  /// Calls in a row of one task, so that all get their turn.
  static constexpr int most_calls = 64;
  static constexpr std::size_t stack_bytes = 64 * 1024 * 1024;

  std::size_t number_;
  Clock& clock_;
  Coordinator& coordinator_;
  Bell bell_;
  std::vector<Task> tasks_;
  std::vector<SourceIntake*> sources_;
  std::vector<pollfd> descriptors_;  // the bell's, then one of each source
  Thread thread_;
};

}  // namespace flowrun
