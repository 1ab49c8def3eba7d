#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Broken-down times in UTC, and their formats: those of strftime and strptime in the C locale, whatever the machine's is.
namespace flowrun::expr {

struct BrokenDownTime {
  std::int64_t year = 1900;
  int month = 0;  // from 0
  int day = 0;    // of the month, from 1
  int hour = 0;
  int minute = 0;
  int second = 0;
  int weekday = 8;     // from 0, Sunday; 8: not known
  int year_day = 367;  // from 0; 367: not known
};

/// Seconds since 1970; fields beyond their range carry over.
std::int64_t to_seconds(const BrokenDownTime& time);
BrokenDownTime break_down(std::int64_t seconds);

/// strftime; `time` is in range. A conversion that is not known stays as it is.
std::string format_time(const BrokenDownTime& time, std::string_view format);

/// strptime; none where the text does not match, or more than white space begins what follows.
std::optional<BrokenDownTime> parse_time(std::string_view text, std::string_view format);

}  // namespace flowrun::expr
