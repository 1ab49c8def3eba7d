#pragma once

#include <vector>

#include "flow/diagnostic.hpp"
#include "flow/flow.hpp"

namespace flowrun {

/// Reports stateful steps that read results which are not the last word: they would count them more than once. `steps` are
/// linked.
void check_provisional(const std::vector<Step>& steps, Diagnostics& diagnostics);

}  // namespace flowrun
