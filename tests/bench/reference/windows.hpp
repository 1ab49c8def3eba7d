#pragma once

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "bench/reference/checked_event.hpp"
#include "bench/reference/files.hpp"
#include "bench/reference/print.hpp"

/// What the programs of windows have in common.
namespace reference {

constexpr std::int64_t delay = 5'000'000;  // how far events may be behind the latest

struct Totals {
  double sum = 0;
  std::uint64_t count = 0;
  void add(double price) {
    sum += price;
    ++count;
  }
};

/// Reads `2026-01-01T00:00:00.000Z` as microseconds since 1970; all digits are checked. Days are looked up once each.
class TimeReader {
 public:
  /// -1: it is no such text.
  std::int64_t read(std::string_view text) {
    if (text.size() != 24 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != '.' ||
        text[23] != 'Z')
      return -1;
    if (std::memcmp(text.data(), day_, sizeof day_) != 0 && !read_day(text)) return -1;
    bool ok = true;
    const std::int64_t hours = number(text, 11, 2, ok), minutes = number(text, 14, 2, ok),
                       seconds = number(text, 17, 2, ok);
    const std::int64_t milliseconds = number(text, 20, 3, ok);
    return ok ? day_begins_ + ((hours * 3600 + minutes * 60 + seconds) * 1000 + milliseconds) * 1000 : -1;
  }

 private:
  static std::int64_t number(std::string_view text, std::size_t from, std::size_t digits, bool& ok) {
    unsigned value = 0;
    for (std::size_t at = from; at < from + digits; ++at) {
      ok = ok && text[at] >= '0' && text[at] <= '9';
      value = value * 10 + static_cast<unsigned>(text[at] - '0');
    }
    return value;
  }
  bool read_day(std::string_view text) {
    bool ok = text[4] == '-' && text[7] == '-';
    const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(number(text, 0, 4, ok))),
                                           std::chrono::month(static_cast<unsigned>(number(text, 5, 2, ok))),
                                           std::chrono::day(static_cast<unsigned>(number(text, 8, 2, ok))));
    if (!ok || !date.ok()) return false;
    std::memcpy(day_, text.data(), sizeof day_);
    day_begins_ = std::chrono::sys_days(date).time_since_epoch().count() * 86'400'000'000LL;
    return true;
  }

  char day_[10] = {};
  std::int64_t day_begins_ = 0;
};

/// A time as text, with milliseconds where it has some. Days are made once each.
class TimeText {
 public:
  void set(std::int64_t microseconds) {
    constexpr std::int64_t day = 86'400'000'000;
    if (microseconds / day != day_) set_day(microseconds / day);
    const auto milliseconds = static_cast<unsigned>(microseconds % day / 1000), seconds = milliseconds / 1000;
    digits(11, seconds / 3600, 2);
    digits(14, seconds / 60 % 60, 2);
    digits(17, seconds % 60, 2);
    size_ = 19;
    if (milliseconds % 1000 != 0) {
      text_[19] = '.';
      digits(20, milliseconds % 1000, 3);
      size_ = 23;
    }
    text_[size_++] = 'Z';
  }
  std::string_view text() const { return {text_, size_}; }

 private:
  void set_day(std::int64_t day) {
    day_ = day;
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
    digits(0, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    digits(5, static_cast<unsigned>(date.month()), 2);
    digits(8, static_cast<unsigned>(date.day()), 2);
  }
  void digits(std::size_t from, unsigned number, std::size_t count) {
    for (std::size_t at = from + count; at-- > from; number /= 10) text_[at] = static_cast<char>('0' + number % 10);
  }

  char text_[25] = "0000-00-00T00:00:00";
  std::size_t size_ = 0;
  std::int64_t day_ = -1;
};

inline void print_window(std::string_view user, std::string_view start, std::string_view end, const Totals& totals,
                         std::string& out) {
  out.append("{\"user\":\"").append(user).append("\",\"window_start\":\"").append(start);
  out.append("\",\"window_end\":\"").append(end).append("\",\"total\":");
  print(totals.sum, out);
  char count[24];
  out.append(",\"n\":").append(count, std::to_chars(count, count + sizeof count, totals.count).ptr).append("}\n");
}

/// Calls `take` with each event of the file and its time. False: some lines are no events, and were counted on standard error.
template <class Take>
bool each_timed_event(const char* path, Take take) {
  CheckedEventReader reader;
  TimeReader times;
  std::size_t refused = 0;
  LineFile(path).each([&](std::string_view line) {
    Event event;
    std::int64_t time = -1;
    if (reader.read(line, event) && (time = times.read(event.ts)) >= 0)
      take(event, time);
    else
      ++refused;
  });
  if (refused > 0) std::fprintf(stderr, "%zu lines are no events\n", refused);
  return refused == 0;
}

}  // namespace reference
