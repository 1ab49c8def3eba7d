#pragma once

#include <memory>
#include <vector>

#include "runtime/coordinator.hpp"
#include "runtime/intake.hpp"
#include "runtime/stage.hpp"

namespace flowrun {

/// A tree of stages that are fused: records go from one to the next without leaving the worker. It takes an item in only
/// when the one before has gone through all stages, so a mark or the end, once taken, has everything before it behind it.
class Task {
 public:
  /// `stages`: the first is the tree's root, each other stands behind the one that sends to it.
  Task(std::unique_ptr<Intake> intake, std::vector<std::unique_ptr<Stage>> stages, Coordinator& coordinator);

  /// Does one thing: a call of one step, or taking an item in. False: there is nothing to do, or no room for it.
  bool step();

  /// When a step of it wants to be told the time; end_of_time: none.
  Time next_timer() const;
  /// Tells the time to the steps that wait for it, unless the task is busy.
  void tick(Time now);

  /// The worker has nothing else to do: sinks hand on what they have encoded. True: call again.
  bool flush();

  const std::vector<std::unique_ptr<Stage>>& stages() const { return stages_; }

 private:
  Stage* last_with_items() const;
  void report();

  std::unique_ptr<Intake> intake_;
  std::vector<std::unique_ptr<Stage>> stages_;
  Coordinator& coordinator_;
  bool passes_mark_ = false;  // one is on its way through the stages
  bool passes_end_ = false;
};

}  // namespace flowrun
