#pragma once

#include <vector>

#include "flow/diagnostic.hpp"
#include "flow/flow.hpp"

namespace flowrun {

/// Finds where records have event time, and gives every step with durations its clock: event time where all that feeds it
/// has that, else the machine's. Reports steps that set event time where that is too late, and those that ask for event time
/// which their records do not have; warns of windows that go by the machine's clock only because no time was given. `steps`
/// are linked.
void resolve_clocks(std::vector<Step>& steps, Diagnostics& diagnostics);

}  // namespace flowrun
