#pragma once

#include <cstdint>

namespace flowrun {

/// The clock that a step's time runs on: that of the records, or that of the machine.
enum class ClockKind : std::uint8_t { event, system };

}  // namespace flowrun
