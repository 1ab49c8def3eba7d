#include "expr/calendar.hpp"

#include <array>
#include <cctype>
#include <fmt/format.h>

namespace flowrun::expr {
namespace {

constexpr std::array<std::string_view, 7> weekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                      "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> months = {"January",   "February", "March",    "April",
                                                     "May",       "June",     "July",     "August",
                                                     "September", "October",  "November", "December"};
constexpr std::int64_t seconds_per_day = 86400;

std::int64_t floor_divide(std::int64_t number, std::int64_t by) { return number / by - (number % by < 0 ? 1 : 0); }

// Days since 1970 of a day in the proleptic Gregorian calendar; by Howard Hinnant's "chrono-Compatible Low-Level Date
// Algorithms". `month` is 1 to 12, `day` may be out of range.
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
  const auto weekday = weekdays[static_cast<std::size_t>(time.weekday)];
  const auto month = months[static_cast<std::size_t>(time.month)];
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
      return "UTC";
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

// Reads a text by a format, field after field.
class TimeReader {
 public:
  explicit TimeReader(std::string_view text) : text_(text) {}

  bool read(std::string_view format) {
    for (std::size_t i = 0; i < format.size(); ++i) {
      const char c = format[i];
      if (std::isspace(static_cast<unsigned char>(c)) != 0) {
        skip_blanks();
      } else if (c != '%' || i + 1 == format.size()) {
        if (!literal(c)) return false;
      } else {
        ++i;
        if ((format[i] == 'E' || format[i] == 'O') && i + 1 < format.size()) ++i;
        if (!field(format[i])) return false;
      }
    }
    return true;
  }

  std::string_view rest() const { return text_; }

  BrokenDownTime finish() {
    if (is_afternoon_ >= 0) time_.hour = time_.hour % 12 + 12 * is_afternoon_;
    if (century_ >= 0) time_.year = century_ * 100 + (has_year_ ? time_.year % 100 : 0);
    if (!has_date_) return time_;
    if (has_year_day_ && !has_month_day_) {
      const BrokenDownTime day = break_down(days_since_1970(time_.year, 1, time_.year_day + 1) * seconds_per_day);
      time_.month = day.month;
      time_.day = day.day;
    }
    const std::int64_t days = day_number(time_);
    if (!has_weekday_) time_.weekday = weekday_of(days);
    if (!has_year_day_) time_.year_day = static_cast<int>(days - days_since_1970(time_.year, 1, 1));
    return time_;
  }

 private:
  void skip_blanks() {
    while (!text_.empty() && std::isspace(static_cast<unsigned char>(text_[0])) != 0) text_.remove_prefix(1);
  }
  bool literal(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  template <class T>
  bool number(std::int64_t lowest, std::int64_t highest, std::size_t most_digits, T& value, std::int64_t add = 0) {
    skip_blanks();
    std::int64_t read = 0;
    std::size_t digits = 0;
    while (digits < most_digits && digits < text_.size() &&
           std::isdigit(static_cast<unsigned char>(text_[digits])) != 0) {
      if (read * 10 > highest) break;
      read = read * 10 + (text_[digits++] - '0');
    }
    if (digits == 0 || read < lowest || read > highest) return false;
    text_.remove_prefix(digits);
    value = static_cast<T>(read + add);
    return true;
  }
  template <std::size_t count>
  bool name(const std::array<std::string_view, count>& names, int& value) {
    const auto matches = [&](std::string_view wanted) {
      if (text_.size() < wanted.size()) return false;
      for (std::size_t i = 0; i < wanted.size(); ++i)
        if (std::tolower(static_cast<unsigned char>(text_[i])) != std::tolower(static_cast<unsigned char>(wanted[i])))
          return false;
      text_.remove_prefix(wanted.size());
      return true;
    };
    for (std::size_t i = 0; i < count; ++i) {
      if (!matches(names[i]) && !matches(names[i].substr(0, 3))) continue;
      value = static_cast<int>(i);
      return true;
    }
    return false;
  }
  bool half_of_day() {
    constexpr std::array<std::string_view, 2> halves = {"AM ", "PM "};
    for (int half = 0; half < 2; ++half) {
      const auto wanted = halves[static_cast<std::size_t>(half)];
      if (text_.size() < 2 || std::toupper(static_cast<unsigned char>(text_[0])) != wanted[0] ||
          std::toupper(static_cast<unsigned char>(text_[1])) != wanted[1])
        continue;
      text_.remove_prefix(2);
      is_afternoon_ = half;
      return true;
    }
    return false;
  }
  // An offset is read and not applied, as in jq.
  bool offset() {
    skip_blanks();
    if (literal('Z')) return true;
    if (!literal('+') && !literal('-')) return false;
    int hours = 0;
    int minutes = 0;
    if (!number(0, 99, 2, hours)) return false;
    literal(':');
    number(0, 59, 2, minutes);
    return true;
  }
  bool seconds() {
    std::int64_t since_1970 = 0;
    if (!number(0, INT64_MAX / 16, 18, since_1970)) return false;
    time_ = break_down(since_1970);
    has_date_ = has_weekday_ = has_year_day_ = has_month_day_ = has_year_ = true;
    return true;
  }
  bool date(bool read) { return has_date_ = read, read; }
  bool field(char kind) {
    switch (kind) {
      case 'Y':
        return date(has_year_ = number(0, 9999, 4, time_.year));
      case 'y':
        if (!number(0, 99, 2, time_.year)) return false;
        time_.year += time_.year < 69 ? 2000 : 1900;
        return date(has_year_ = true);
      case 'C':
        return date(number(0, 99, 2, century_));
      case 'm':
        return date(number(1, 12, 2, time_.month, -1));
      case 'd':
      case 'e':
        return date(has_month_day_ = number(1, 31, 2, time_.day));
      case 'j':
        return date(has_year_day_ = number(1, 366, 3, time_.year_day, -1));
      case 'H':
      case 'k':
        return number(0, 23, 2, time_.hour);
      case 'I':
      case 'l':
        return number(1, 12, 2, time_.hour);
      case 'M':
        return number(0, 59, 2, time_.minute);
      case 'S':
        return number(0, 61, 2, time_.second);
      case 'A':
      case 'a':
        return has_weekday_ = name(weekdays, time_.weekday);
      case 'B':
      case 'b':
      case 'h':
        return date(name(months, time_.month));
      case 'p':
        return half_of_day();
      case 'u':
        return has_weekday_ = number(1, 7, 1, time_.weekday) && ((time_.weekday %= 7), true);
      case 'w':
        return has_weekday_ = number(0, 6, 1, time_.weekday);
      case 'U':
      case 'W':
      case 'V':
        return number(0, 53, 2, ignored_);
      case 's':
        return seconds();
      case 'z':
        return offset();
      case 'Z':
        while (!text_.empty() && std::isspace(static_cast<unsigned char>(text_[0])) == 0) text_.remove_prefix(1);
        return true;
      case 'D':
      case 'x':
        return read("%m/%d/%y");
      case 'T':
      case 'X':
        return read("%H:%M:%S");
      case 'F':
        return read("%Y-%m-%d");
      case 'R':
        return read("%H:%M");
      case 'r':
        return read("%I:%M:%S %p");
      case 'c':
        return read("%a %b %e %H:%M:%S %Y");
      case 'n':
      case 't':
        return skip_blanks(), true;
      case '%':
        return literal('%');
      default:
        return false;
    }
  }

  std::string_view text_;
  BrokenDownTime time_;
  int century_ = -1;
  int is_afternoon_ = -1;
  int ignored_ = 0;
  bool has_date_ = false;
  bool has_year_ = false;
  bool has_month_day_ = false;
  bool has_weekday_ = false;
  bool has_year_day_ = false;
};

}  // namespace

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

std::optional<BrokenDownTime> parse_time(std::string_view text, std::string_view format) {
  TimeReader reader(text);
  if (!reader.read(format)) return std::nullopt;
  const auto rest = reader.rest();
  if (!rest.empty() && std::isspace(static_cast<unsigned char>(rest[0])) == 0) return std::nullopt;
  return reader.finish();
}

}  // namespace flowrun::expr
