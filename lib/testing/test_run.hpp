#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flow/flow.hpp"
#include "flow/flow_test.hpp"
#include "testing/test_plan.hpp"

namespace flowrun {

/// What a run of a test has shown.
struct Observation {
  std::size_t workers = 1;
  bool crashed = false;                              // in the middle, and went on
  std::vector<std::vector<CapturedRecord>> records;  // by TestPlan::streams; of abandoned epochs none
  std::vector<CapturedReject> rejects;               // the one that stopped the job last
  std::string failure;                               // the job ended in another error
  std::shared_ptr<const TestPlan> plan;              // keeps the memory of the records

  const std::vector<CapturedStream>& streams() const { return plan->streams(); }
};

/// Runs a flow as a test says, on that many workers, until its end; with a clock that moves only as the test says. Each
/// entry of the script runs until the job rests. `flow` and `test` outlive the call.
Observation run_test(const Flow& flow, const FlowTest& test, std::size_t workers);

/// The same test with a crash in the middle of what it does: behind an epoch, and where all is given at once, behind records that
/// then come once more.
FlowTest with_crash(const FlowTest& test);

}  // namespace flowrun
