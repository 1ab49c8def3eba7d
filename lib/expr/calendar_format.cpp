#include <fmt/format.h>

#include "expr/calendar.hpp"

namespace flowrun::expr {
namespace {

// The week of ISO 8601 and the year that it belongs to.
struct IsoWeek {
  std::int64_t year;
  int week;
};
IsoWeek iso_week(const BrokenDownTime& time) {
  const std::int64_t days = day_number(time);
  const std::int64_t thursday = days - (time.weekday + 6) % 7 + 3;
  const BrokenDownTime middle = break_down(thursday * seconds_per_day);
  return {middle.year, middle.year_day / 7 + 1};
}

std::string two(std::int64_t number) { return fmt::format("{:02}", number); }

std::string format_field(const BrokenDownTime& time, char field) {
  const int hour_of_twelve = time.hour % 12 == 0 ? 12 : time.hour % 12;
  const auto weekday = weekday_names[static_cast<std::size_t>(time.weekday)];
  const auto month = month_names[static_cast<std::size_t>(time.month)];
  switch (field) {
    case 'Y':
      return std::to_string(time.year);
    case 'C':
      return two(floor_divide(time.year, 100));
    case 'y':
      return two(time.year - floor_divide(time.year, 100) * 100);
    case 'm':
      return two(time.month + 1);
    case 'd':
      return two(time.day);
    case 'e':
      return fmt::format("{:2}", time.day);
    case 'H':
      return two(time.hour);
    case 'k':
      return fmt::format("{:2}", time.hour);
    case 'I':
      return two(hour_of_twelve);
    case 'l':
      return fmt::format("{:2}", hour_of_twelve);
    case 'M':
      return two(time.minute);
    case 'S':
      return two(time.second);
    case 'j':
      return fmt::format("{:03}", time.year_day + 1);
    case 'A':
      return std::string(weekday);
    case 'a':
      return std::string(weekday.substr(0, 3));
    case 'B':
      return std::string(month);
    case 'b':
    case 'h':
      return std::string(month.substr(0, 3));
    case 'p':
      return time.hour < 12 ? "AM" : "PM";
    case 'P':
      return time.hour < 12 ? "am" : "pm";
    case 'u':
      return std::to_string(time.weekday == 0 ? 7 : time.weekday);
    case 'w':
      return std::to_string(time.weekday);
    case 'U':
      return two((time.year_day + 7 - time.weekday) / 7);
    case 'W':
      return two((time.year_day + 7 - (time.weekday + 6) % 7) / 7);
    case 'V':
      return two(iso_week(time).week);
    case 'G':
      return std::to_string(iso_week(time).year);
    case 'g':
      return two(iso_week(time).year % 100);
    case 's':
      return std::to_string(to_seconds(time));
    case 'Z':
      return "GMT";
    case 'z':
      return "+0000";
    case 'D':
    case 'x':
      return format_time(time, "%m/%d/%y");
    case 'T':
    case 'X':
      return format_time(time, "%H:%M:%S");
    case 'F':
      return format_time(time, "%Y-%m-%d");
    case 'R':
      return format_time(time, "%H:%M");
    case 'r':
      return format_time(time, "%I:%M:%S %p");
    case 'c':
      return format_time(time, "%a %b %e %H:%M:%S %Y");
    case 'n':
      return "\n";
    case 't':
      return "\t";
    case '%':
      return "%";
    default:
      return {'%', field};
  }
}

}  // namespace

std::string format_time(const BrokenDownTime& time, std::string_view format) {
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] == '%' && i + 1 < format.size())
      out += format_field(time, format[++i]);
    else
      out += format[i];
  }
  return out;
}

}  // namespace flowrun::expr
