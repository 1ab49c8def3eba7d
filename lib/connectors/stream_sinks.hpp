#pragma once

#include "component/registry.hpp"

namespace flowrun {

/// The plan of a sink that writes to STDOUT_FILENO or STDERR_FILENO.
SinkPlan standard_stream_plan(int descriptor);

}  // namespace flowrun
