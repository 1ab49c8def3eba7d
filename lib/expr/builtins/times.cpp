#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>

#include "base/timestamp.hpp"
#include "expr/builtins.hpp"
#include "expr/calendar.hpp"
#include "expr/operations.hpp"

namespace flowrun::expr {
namespace {

constexpr std::string_view iso_format = "%Y-%m-%dT%H:%M:%SZ";

Value now(Evaluation& run, const Value&, const Value*) {
  return Value::number(static_cast<double>(run.now.time_since_epoch().count()) / 1e6);
}

// [year, month from 0, day, hour, minute, second, weekday, day of the year]
Value fields_of(Evaluation& run, const BrokenDownTime& time, double fraction) {
  Gathering fields(run);
  for (const std::int64_t field : {time.year, std::int64_t{time.month}, std::int64_t{time.day}, std::int64_t{time.hour},
                                   std::int64_t{time.minute}})
    fields.add(Value::integer(field));
  fields.add(fraction == 0 ? Value::integer(time.second) : Value::number(time.second + fraction));
  fields.add(Value::integer(time.weekday));
  fields.add(Value::integer(time.year_day));
  return fields.array();
}

// The years of C's struct tm.
bool is_in_range(double seconds) { return std::fabs(seconds) < 6.7e16; }

Value gmtime(Evaluation& run, const Value& input, const Value*) {
  if (!input.is_numeric()) return run.fail("gmtime() requires numeric inputs");
  const double seconds = to_double(input);
  if (!is_in_range(seconds)) return run.fail("error converting number of seconds since epoch to datetime");
  return fields_of(run, break_down(static_cast<std::int64_t>(seconds)), seconds - std::floor(seconds));
}

// Fields that are missing are 0, a year 1900; numbers are cut to what C's int holds.
std::optional<BrokenDownTime> time_of(const Value& fields) {
  std::int64_t read[6] = {1900};
  for (std::size_t i = 0; i < std::min<std::size_t>(8, fields.size()); ++i) {
    const Value& field = fields.items()[i];
    if (!field.is_numeric() || std::isnan(to_double(field))) return std::nullopt;
    const double since = i == 0 ? 1900 : 0;  // C counts years from there
    if (i < 6)
      read[i] = static_cast<std::int64_t>(std::clamp(to_double(field) - since, -2147483648.0, 2147483647.0)) +
                static_cast<std::int64_t>(since);
  }
  BrokenDownTime time;
  time.year = read[0];
  time.month = static_cast<int>(read[1]);
  time.day = static_cast<int>(read[2]);
  time.hour = static_cast<int>(read[3]);
  time.minute = static_cast<int>(read[4]);
  time.second = static_cast<int>(read[5]);
  return time;
}

Value mktime(Evaluation& run, const Value& input, const Value*) {
  if (input.kind() != Kind::array) return run.fail("mktime requires array inputs");
  const auto time = time_of(input);
  return time ? Value::integer(to_seconds(*time)) : run.fail("mktime requires parsed datetime inputs");
}

Value format(Evaluation& run, const Value& input, std::string_view pattern) {
  std::optional<std::int64_t> seconds;
  if (input.is_numeric()) {
    if (!is_in_range(to_double(input))) return run.fail("error converting number of seconds since epoch to datetime");
    seconds = static_cast<std::int64_t>(to_double(input));
  } else if (input.kind() == Kind::array) {
    if (const auto time = time_of(input)) seconds = to_seconds(*time);
  }
  if (!seconds) return run.fail("strftime/1 requires parsed datetime inputs");
  return Value::text(format_time(break_down(*seconds), pattern), *run.arena);
}

Value strftime(Evaluation& run, const Value& input, const Value* arguments) {
  if (!input.is_numeric() && input.kind() != Kind::array) return format(run, input, "");
  if (!arguments[0].is_text()) return run.fail("strftime/1 requires a string format");
  return format(run, input, arguments[0].as_text());
}

Value strptime(Evaluation& run, const Value& input, const Value* arguments) {
  if (!input.is_text() || !arguments[0].is_text()) return run.fail("strptime/1 requires string inputs and arguments");
  std::string_view rest;
  const auto time = parse_time(input.as_text(), arguments[0].as_text(), rest);
  if (time)
    return rest.empty() ? fields_of(run, *time, 0) : append_item(run, fields_of(run, *time, 0), Value::text(rest));
  return run.fail(fmt::format("date \"{}\" does not match format \"{}\"", input.as_text(), arguments[0].as_text()));
}

Value to_date(Evaluation& run, const Value& input, const Value*) { return format(run, input, iso_format); }

// Fractions and offsets too, since that is how times are printed.
Value from_date(Evaluation& run, const Value& input, const Value*) {
  if (!input.is_text()) return run.fail("strptime/1 requires string inputs and arguments");
  if (const auto time = parse_timestamp(input.as_text())) {
    const std::int64_t micros = time->time_since_epoch().count();
    return micros % 1'000'000 == 0 ? Value::integer(micros / 1'000'000)
                                   : Value::number(static_cast<double>(micros) / 1e6);
  }
  std::string_view rest;
  if (const auto time = parse_time(input.as_text(), iso_format, rest)) return Value::integer(to_seconds(*time));
  return run.fail(fmt::format("date \"{}\" does not match format \"{}\"", input.as_text(), iso_format));
}

}  // namespace

std::span<const Builtin> time_builtins() {
  static const Builtin table[] = {
      {.name = "now", .meaning = "the time of the batch, in seconds since 1970", .function = now},
      {.name = "gmtime",
       .meaning = "seconds since 1970 as [year, month from 0, day, hour, minute, second, weekday, day of year]",
       .function = gmtime},
      {.name = "mktime", .meaning = "such an array as seconds since 1970", .function = mktime},
      {.name = "strftime", .arity = 1, .meaning = "a time in the format, in UTC", .function = strftime},
      {.name = "strptime", .arity = 1, .meaning = "the array of a text in the format", .function = strptime},
      {.name = "todate", .meaning = "seconds since 1970 as 2015-03-05T23:51:47Z", .function = to_date},
      {.name = "fromdate", .meaning = "seconds since 1970 of an RFC 3339 text", .function = from_date},
      {.name = "todateiso8601", .meaning = "the same as todate", .function = to_date},
      {.name = "fromdateiso8601", .meaning = "the same as fromdate", .function = from_date},
      {.name = "date", .meaning = "the same as todate", .function = to_date},
      {.name = "dateadd",
       .arity = 2,
       .meaning = "the time plus a number of seconds",
       .definition = "def dateadd(unit; n): . + n;"},
      {.name = "datesub",
       .arity = 2,
       .meaning = "the time minus a number of seconds",
       .definition = "def datesub(unit; n): . - n;"},
  };
  return table;
}

}  // namespace flowrun::expr
