#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <xxhash.h>

#include "bench/reference/print.hpp"

namespace reference {

struct Hash {
  std::size_t operator()(std::string_view user) const { return XXH3_64bits(user.data(), user.size()); }
};

struct Totals {
  double sum = 0;
  std::uint64_t count = 0;
  void add(double price) {
    sum += price;
    ++count;
  }
};

/// Microseconds since 1970 of `2026-01-01T00:00:00.000Z`, all digits of which are checked; -1: it is no such text.
inline std::int64_t microseconds_of(std::string_view text) {
  if (text.size() != 24 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
      text[19] != '.' || text[23] != 'Z')
    return -1;
  bool ok = true;
  const auto number = [&](std::size_t from, std::size_t digits) {
    unsigned value = 0;
    for (std::size_t at = from; at < from + digits; ++at) {
      ok = ok && text[at] >= '0' && text[at] <= '9';
      value = value * 10 + static_cast<unsigned>(text[at] - '0');
    }
    return value;
  };
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(number(0, 4))),
                                         std::chrono::month(number(5, 2)), std::chrono::day(number(8, 2)));
  const std::int64_t seconds = std::chrono::sys_days(date).time_since_epoch().count() * 86400LL + number(11, 2) * 3600 +
                               number(14, 2) * 60 + number(17, 2);
  const std::int64_t microseconds = seconds * 1'000'000 + number(20, 3) * 1000;
  return ok && date.ok() ? microseconds : -1;
}

inline void print_time(std::int64_t microseconds, std::string& out) {
  const auto seconds = microseconds / 1'000'000, milliseconds = microseconds / 1000 % 1000;
  const std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  char text[40];
  int size = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                           static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                           static_cast<int>(seconds / 3600 % 24), static_cast<int>(seconds / 60 % 60),
                           static_cast<int>(seconds % 60));
  if (milliseconds != 0)
    size += std::snprintf(text + size, sizeof text - size, ".%03d", static_cast<int>(milliseconds));
  out.append(text, static_cast<std::size_t>(size)).append("Z");
}

inline void print_window(std::string_view user, std::string_view start, std::string_view end, const Totals& totals,
                         std::string& out) {
  out.append("{\"user\":\"").append(user).append("\",\"window_start\":\"").append(start);
  out.append("\",\"window_end\":\"").append(end).append("\",\"total\":");
  print(totals.sum, out);
  out.append(",\"n\":").append(std::to_string(totals.count)).append("}\n");
}

}  // namespace reference
