#pragma once

#include <chrono>
#include <cstdint>

namespace flowrun {

/// A span of time and a point in time (UTC, since 1970), both in microseconds.
using Duration = std::chrono::microseconds;
using Time = std::chrono::sys_time<Duration>;

/// The event time of a record that has none.
inline constexpr Time no_time{Duration::min()};
/// Below every event time: the watermark before the first record.
inline constexpr Time beginning_of_time{Duration::min() + Duration(1)};
/// Above every event time: bounds a minimum over inputs of which none is left.
inline constexpr Time end_of_time{Duration::max()};

}  // namespace flowrun
