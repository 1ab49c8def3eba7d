#pragma once

#include <string>
#include <vector>

#include "flow/flow_test.hpp"
#include "testing/test_run.hpp"

namespace flowrun {

/// One thing that is not as the test says. `text` is of whole lines.
struct Complaint {
  std::string text;
  bool operator==(const Complaint&) const = default;
};

/// What is not as expected in one run.
std::vector<Complaint> judge(const FlowTest& test, const Observation& seen);

/// "3 workers", "1 worker and a crash".
std::string name_of(const Observation& run);

/// What two runs of a test do not agree on: the first step, in the order of the file, that gave other records. Empty where they
/// agree.
std::string disagreement(const Observation& first, const Observation& second);

}  // namespace flowrun
