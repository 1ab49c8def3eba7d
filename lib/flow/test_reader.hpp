#pragma once

#include <vector>

#include "flow/flow_test.hpp"
#include "flow/parameters.hpp"
#include "flow/scope.hpp"
#include "flow/test_names.hpp"

namespace flowrun {

/// Reads the list behind `tests`: every fault is reported. What is returned can be run only where there was none.
std::vector<FlowTest> read_tests(const YamlNode& tests, const TestNames& names,
                                 const std::vector<Parameter>& parameters, Scope& scope, const Registry& registry);

}  // namespace flowrun
