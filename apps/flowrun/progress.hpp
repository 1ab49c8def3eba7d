#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "flow/flow.hpp"
#include "observe/console.hpp"
#include "runtime/job.hpp"

namespace flowrun {

/// Whether `--progress auto` shows the live line: on a terminal, as long as the flow writes no records there.
bool shows_progress_by_itself(const Flow& flow, const Console& console);

/// While it lives, shows once a second how a job gets on: "in 1.20 M/s, out 310/s, rejected 2, epoch 4".
class ProgressDisplay {
 public:
  /// All outlive it.
  ProgressDisplay(Job& job, const Plan& plan, Console& console);
  ~ProgressDisplay();
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

 private:
  void run();

  Job& job_;
  const Plan& plan_;
  Console& console_;
  std::mutex mutex_;  // of what follows
  std::condition_variable wakes_;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace flowrun
