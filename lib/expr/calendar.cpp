#include "expr/calendar.hpp"

namespace flowrun::expr {

std::int64_t floor_divide(std::int64_t number, std::int64_t by) { return number / by - (number % by < 0 ? 1 : 0); }

std::int64_t days_since_1970(std::int64_t year, int month, std::int64_t day) {
  year -= month <= 2;
  const std::int64_t era = floor_divide(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

std::int64_t day_number(const BrokenDownTime& time) {
  const std::int64_t years = floor_divide(time.month, 12);
  return days_since_1970(time.year + years, static_cast<int>(time.month - years * 12) + 1, time.day);
}

int weekday_of(std::int64_t days) { return static_cast<int>(days + 4 - floor_divide(days + 4, 7) * 7); }

std::int64_t to_seconds(const BrokenDownTime& time) {
  return day_number(time) * seconds_per_day + time.hour * std::int64_t{3600} + time.minute * std::int64_t{60} +
         time.second;
}

BrokenDownTime break_down(std::int64_t seconds) {
  const std::int64_t days = floor_divide(seconds, seconds_per_day);
  const auto of_day = static_cast<int>(seconds - days * seconds_per_day);
  const std::int64_t shifted = days + 719468;
  const std::int64_t era = floor_divide(shifted, 146097);
  const std::int64_t day_of_era = shifted - era * 146097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const auto month_from_march = static_cast<int>((5 * day_of_year + 2) / 153);
  BrokenDownTime time;
  time.month = month_from_march < 10 ? month_from_march + 2 : month_from_march - 10;
  time.year = year_of_era + era * 400 + (time.month <= 1 ? 1 : 0);
  time.day = static_cast<int>(day_of_year) - (153 * month_from_march + 2) / 5 + 1;
  time.hour = of_day / 3600;
  time.minute = of_day / 60 % 60;
  time.second = of_day % 60;
  time.weekday = weekday_of(days);
  time.year_day = static_cast<int>(days - days_since_1970(time.year, 1, 1));
  return time;
}

}  // namespace flowrun::expr
