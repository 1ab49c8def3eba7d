#pragma once

#include <cstdint>

namespace flowrun {

/// Bytes that this process may use at most: of the machine, or of the control group that it runs in where that has less.
std::uint64_t available_memory();

}  // namespace flowrun
