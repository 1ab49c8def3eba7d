#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "flow/load.hpp"

namespace flowrun {

/// How tests are run.
struct TestOptions {
  LoadOptions load;  // parameters are those of each test
  std::vector<std::size_t> workers = {1, 3};
  std::string filter;  // a part of the names of those that are run
};

/// What became of a test.
struct TestOutcome {
  std::string name;
  std::string complaint;  // what is not as it should be, in whole lines; empty: nothing
  double seconds = 0;
};

/// Runs the tests of a flow file, in their order; `flow` has been loaded from there. Each is told to `done` as it ends.
void run_tests(const std::string& path, const LoadedFlow& flow, const TestOptions& options,
               const std::function<void(const TestOutcome&)>& done);

}  // namespace flowrun
