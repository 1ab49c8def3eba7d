#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "flow/plan.hpp"
#include "runtime/coordinator.hpp"
#include "runtime/job_options.hpp"
#include "runtime/stage_counts.hpp"

namespace flowrun {

class Assembly;
class IoThread;

/// What a run did.
struct JobSummary {
  struct Node {
    std::string step;
    std::string name;
    StageCounts counts;
  };
  std::vector<Node> nodes;  // in the order of the plan
  Ending ending = Ending::input_ended;
  std::uint64_t epochs = 0;  // settled
};

/// Runs a plan, once: sources are discovered and opened, then writers checked and opened, then the workers start.
class Job {
 public:
  /// `plan` outlives the job.
  Job(const Plan& plan, const JobOptions& options);

  /// Until the input has ended, the job was stopped or nobody reads what it writes. Throws the first Failure of any
  /// thread, and one with ExitCode::drain_deadline where what is in flight took too long after a stop.
  JobSummary run();

  /// Reads no more, drains what is in flight and cuts a last epoch; nothing that is open is emitted. From any thread,
  /// also before `run`.
  void stop();
  /// Ends at once, as a crash would: the epoch in progress never was. From any thread.
  void abandon() { coordinator_.end_quietly(); }
  /// Cuts an epoch now. From any thread and from signal handlers.
  void request_mark() { coordinator_.request_mark(); }

  /// What it has done until now; nothing before its threads run and after they have ended. From any thread.
  std::optional<JobSummary> so_far();

  /// Lets everyone look at the clock and at the sources again, and blocks until the job is at rest: all workers asleep,
  /// nothing in a channel, nothing to write. Returns at once when the job has ended. For who moves a manual clock, on
  /// another thread than that of `run`.
  void rest();

 private:
  void open_writers(IoThread& io);
  Ending run(Assembly& assembly);
  void start(Assembly& assembly);
  JobSummary summary(const Assembly& assembly, Ending ending) const;

  const Plan& plan_;
  const JobOptions options_;
  const std::uint64_t first_epoch_;  // that it goes on from
  Rest rest_;
  Coordinator coordinator_;
  std::mutex mutex_;
  IoThread* opening_ = nullptr;  // while it opens its writers
  bool stopped_ = false;
  Assembly* running_ = nullptr;  // while its threads run
};

}  // namespace flowrun
