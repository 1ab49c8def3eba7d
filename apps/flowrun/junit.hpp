#pragma once

#include <string>
#include <vector>

#include "testing/test_suite.hpp"

namespace flowrun {

/// What became of the tests of one flow file.
struct FileOutcome {
  std::string flow;
  std::vector<TestOutcome> tests;
};

/// JUnit's XML, as build servers read it: a suite per flow file.
std::string junit(const std::vector<FileOutcome>& files);

}  // namespace flowrun
