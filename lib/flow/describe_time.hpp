#pragma once

#include <string>

#include "flow/flow.hpp"

namespace flowrun {

/// What the watermark behind a step goes by; empty where it sets no event time.
std::string describe_watermark(const Step& step);

/// The clock of a step's durations, and who sets its time; empty where it has no durations.
std::string describe_clock(const Flow& flow, const Step& step);

}  // namespace flowrun
