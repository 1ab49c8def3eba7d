#pragma once

#include <array>
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

inline constexpr std::int64_t seconds_per_day = 86400;
inline constexpr std::array<std::string_view, 7> weekday_names = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                                  "Thursday", "Friday", "Saturday"};
inline constexpr std::array<std::string_view, 12> month_names = {"January",   "February", "March",    "April",
                                                                 "May",       "June",     "July",     "August",
                                                                 "September", "October",  "November", "December"};

std::int64_t floor_divide(std::int64_t number, std::int64_t by);
/// Days since 1970 of a day in the proleptic Gregorian calendar; by Howard Hinnant's "chrono-Compatible Low-Level Date
/// Algorithms". `month` is 1 to 12, `day` may be out of range.
std::int64_t days_since_1970(std::int64_t year, int month, std::int64_t day);
/// The same of a time whose month may be out of range, too.
std::int64_t day_number(const BrokenDownTime& time);
/// From 0, Sunday.
int weekday_of(std::int64_t days);

/// Seconds since 1970; fields beyond their range carry over.
std::int64_t to_seconds(const BrokenDownTime& time);
BrokenDownTime break_down(std::int64_t seconds);

/// strftime; `time` is in range. A conversion that is not known stays as it is.
std::string format_time(const BrokenDownTime& time, std::string_view format);

/// strptime; none where the text does not match, or where what follows, which becomes `rest`, begins with no white space.
std::optional<BrokenDownTime> parse_time(std::string_view text, std::string_view format, std::string_view& rest);

}  // namespace flowrun::expr
