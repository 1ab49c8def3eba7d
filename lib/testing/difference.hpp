#pragma once

#include <string>
#include <vector>

#include "flow/flow_test.hpp"
#include "testing/capture.hpp"

namespace flowrun {

/// What differs between the records that were expected and those that came, for a person: a line for each that is missing
/// (`-`) or was not expected (`+`); in order, where that counts, with those that agree around them. Empty where nothing does.
std::string difference(const std::vector<TestRecord>& expected, const std::vector<CapturedRecord>& got, bool in_order);

}  // namespace flowrun
