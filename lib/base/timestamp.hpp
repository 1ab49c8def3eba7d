#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace flowrun {

/// The first and the last time that can be written: years 1 to 9999.
extern const Time first_timestamp;
extern const Time last_timestamp;

/// The time of an RFC 3339 text with any offset; digits beyond microseconds are cut off. None: it is no such text, or
/// the year is not in 1 to 9999. A leap second is the second after it.
std::optional<Time> parse_timestamp(std::string_view text);

/// RFC 3339 in UTC with no, 3 or 6 decimals, whichever shows all of it.
std::string format_timestamp(Time time);

}  // namespace flowrun
