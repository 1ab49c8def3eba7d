#include <cctype>

#include "expr/calendar.hpp"

namespace flowrun::expr {
namespace {

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
        return has_weekday_ = name(weekday_names, time_.weekday);
      case 'B':
      case 'b':
      case 'h':
        return date(name(month_names, time_.month));
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

std::optional<BrokenDownTime> parse_time(std::string_view text, std::string_view format, std::string_view& rest) {
  TimeReader reader(text);
  if (!reader.read(format)) return std::nullopt;
  rest = reader.rest();
  if (!rest.empty() && std::isspace(static_cast<unsigned char>(rest[0])) == 0) return std::nullopt;
  return reader.finish();
}

}  // namespace flowrun::expr
