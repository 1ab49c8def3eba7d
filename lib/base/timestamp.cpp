#include "base/timestamp.hpp"

#include <fmt/format.h>

namespace flowrun {
namespace {

using std::chrono::floor;
using Days = std::chrono::days;

Time start_of(int year) {
  return Time(std::chrono::sys_days(std::chrono::year(year) / std::chrono::January / 1).time_since_epoch());
}

// Takes fixed pieces off the front of a text; `ok` turns false, and stays so, at the first that does not fit.
struct Scanner {
  std::string_view rest;
  bool ok = true;

  bool skip(char expected) {
    if (rest.empty() || rest.front() != expected) return false;
    rest.remove_prefix(1);
    return true;
  }
  void expect(char expected) { ok = skip(expected) && ok; }
  int digits(std::size_t count) {
    if (rest.size() < count) return ok = false, 0;
    int number = 0;
    for (const char digit : rest.substr(0, count)) {
      ok = ok && digit >= '0' && digit <= '9';
      number = number * 10 + (digit - '0');
    }
    rest.remove_prefix(count);
    return number;
  }
  Duration fraction() {
    std::int64_t microseconds = 0;
    std::int64_t unit = 100'000;
    std::size_t count = 0;
    for (; !rest.empty() && rest.front() >= '0' && rest.front() <= '9'; rest.remove_prefix(1), ++count, unit /= 10)
      microseconds += (rest.front() - '0') * unit;
    ok = ok && count > 0;
    return Duration(microseconds);
  }
};

Duration scan_offset(Scanner& scanner) {
  if (scanner.skip('Z') || scanner.skip('z')) return Duration(0);
  const bool west = scanner.skip('-');
  if (!west) scanner.expect('+');
  const int hours = scanner.digits(2);
  scanner.expect(':');
  const int minutes = scanner.digits(2);
  scanner.ok = scanner.ok && hours < 24 && minutes < 60;
  const Duration offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return west ? -offset : offset;
}

}  // namespace

const Time first_timestamp = start_of(1);
const Time last_timestamp = start_of(10000) - Duration(1);

std::optional<Time> parse_timestamp(std::string_view text) {
  Scanner scanner{text};
  const int year = scanner.digits(4);
  scanner.expect('-');
  const int month = scanner.digits(2);
  scanner.expect('-');
  const int day = scanner.digits(2);
  if (!scanner.skip('T') && !scanner.skip('t')) scanner.expect(' ');
  const int hour = scanner.digits(2);
  scanner.expect(':');
  const int minute = scanner.digits(2);
  scanner.expect(':');
  const int second = scanner.digits(2);
  const Duration fraction = scanner.skip('.') ? scanner.fraction() : Duration(0);
  const Duration offset = scan_offset(scanner);
  const auto date = std::chrono::year(year) / std::chrono::month(static_cast<unsigned>(month)) /
                    std::chrono::day(static_cast<unsigned>(day));
  if (!scanner.ok || !scanner.rest.empty() || !date.ok() || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;
  const Time time = Time(std::chrono::sys_days(date).time_since_epoch()) + std::chrono::hours(hour) +
                    std::chrono::minutes(minute) + std::chrono::seconds(second) + fraction - offset;
  if (time < first_timestamp || time > last_timestamp) return std::nullopt;
  return time;
}

std::string format_timestamp(Time time) {
  const auto day = floor<Days>(time);
  const std::chrono::year_month_day date(day);
  const std::int64_t in_day = (time - day).count();
  const std::int64_t seconds = in_day / 1'000'000;
  const std::int64_t fraction = in_day % 1'000'000;
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), seconds / 3600,
                                 seconds / 60 % 60, seconds % 60);
  if (fraction % 1000 != 0)
    text += fmt::format(".{:06}", fraction);
  else if (fraction != 0)
    text += fmt::format(".{:03}", fraction / 1000);
  return text + "Z";
}

}  // namespace flowrun
