#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "flow/flow.hpp"
#include "flow/plan.hpp"
#include "testing/capture.hpp"
#include "testing/script_source.hpp"

namespace flowrun {

/// A record that a step has rejected.
struct CapturedReject {
  std::string step;
  std::string kind;
  std::string message;
  std::string record;  // as JSON: its value, else its bytes
  std::uint64_t epoch = 0;
};

/// A place in a flow where records are captured.
struct CapturedStream {
  std::string name;  // as a test would write it
  Stream stream;     // of a sink port `written_port`
  bool is_errors = false;
  bool is_unread_late = false;  // late records that no step of the flow reads
  Capture* capture = nullptr;
};

/// A flow made ready for one run of a test: sources read what the test sends, sinks write nowhere, and everything that
/// comes out of any step is captured. What the steps do is what the plan of the flow says.
class TestPlan {
 public:
  explicit TestPlan(const Flow& flow);

  const Plan& plan() const { return plan_; }
  ScriptSource& source(std::size_t step) { return sources_.at(step); }
  std::size_t sources() const { return sources_.size(); }
  void reopen_sources();
  /// While no job runs: the next goes on from `epoch`, and what was captured since never was.
  void go_on_from(std::uint64_t epoch);
  /// In the order of the file.
  const std::vector<CapturedStream>& streams() const { return streams_; }

  // Once the job has ended.
  const std::vector<CapturedReject>& rejects() const { return rejects_; }
  /// The one that has stopped the job.
  const std::optional<CapturedReject>& stop() const { return stop_; }

 private:
  class RejectWatcher;

  void replace_ends(Flow& flow);
  void tap_outputs(Flow& flow);
  void tap(Flow& flow, std::size_t step, Port port);
  void note(CapturedReject reject, bool stops);

  std::map<std::size_t, ScriptSource> sources_;  // by step
  std::deque<Capture> captures_;
  std::vector<std::unique_ptr<CaptureWatcher>> watchers_;
  std::vector<CapturedStream> streams_;
  std::mutex mutex_;
  std::vector<CapturedReject> rejects_;
  std::optional<CapturedReject> stop_;
  Plan plan_;
};

}  // namespace flowrun
