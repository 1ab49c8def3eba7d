#pragma once

#include <vector>

#include "flow/diagnostic.hpp"
#include "flow/flow.hpp"

namespace flowrun {

/// Reports steps that are in each other's way: two sinks on one file, a sink on a file that a source reads, two readers of
/// standard input.
void check_resources(const std::vector<Step>& steps, Diagnostics& diagnostics);

}  // namespace flowrun
