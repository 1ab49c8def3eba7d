#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace flowrun {

/// `500ms`, `10s`, `1h30m`, `2d`, `0`: numbers with units (us ms s m h d), largest first. A bare number but 0 is an
/// error.
Result<Duration> parse_duration(std::string_view text);
/// As it would be written: `1h30m`; `0s` for nothing.
std::string format_duration(Duration duration);

/// `64KiB`, `10MB`, `1GiB`, `512` or `512B`: a number of bytes.
Result<std::int64_t> parse_size(std::string_view text);
/// In the largest binary unit of which there is one, with a decimal: `1.5 GiB`; `512 B` below.
std::string format_size(std::int64_t bytes);

/// `100/s`, `5/m`, `2/h`: how many a second.
Result<double> parse_rate(std::string_view text);

}  // namespace flowrun
