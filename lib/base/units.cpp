#include "base/units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <optional>

namespace flowrun {
namespace {

struct UnitOf {
  std::string_view name;
  std::int64_t amount;
};

constexpr std::array duration_units = {UnitOf{"d", 86'400'000'000}, UnitOf{"h", 3'600'000'000}, UnitOf{"m", 60'000'000},
                                       UnitOf{"s", 1'000'000},      UnitOf{"ms", 1'000},        UnitOf{"us", 1}};
constexpr std::array size_units = {UnitOf{"B", 1},
                                   UnitOf{"kB", 1'000},
                                   UnitOf{"KB", 1'000},
                                   UnitOf{"MB", 1'000'000},
                                   UnitOf{"GB", 1'000'000'000},
                                   UnitOf{"TB", 1'000'000'000'000},
                                   UnitOf{"KiB", 1 << 10},
                                   UnitOf{"MiB", 1 << 20},
                                   UnitOf{"GiB", 1 << 30},
                                   UnitOf{"TiB", std::int64_t{1} << 40}};
constexpr std::array rate_units = {UnitOf{"s", 1}, UnitOf{"m", 60}, UnitOf{"h", 3600}, UnitOf{"d", 86400}};

template <std::size_t count>
const UnitOf* unit(const std::array<UnitOf, count>& units, std::string_view name) {
  for (const UnitOf& each : units)
    if (each.name == name) return &each;
  return nullptr;
}

// Takes a plain decimal number, with a fraction or without, off the front.
std::optional<double> take_number(std::string_view& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || text.front() == '-') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::string_view take_letters(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && ((text[count] | 0x20) >= 'a' && (text[count] | 0x20) <= 'z')) ++count;
  const std::string_view letters = text.substr(0, count);
  text.remove_prefix(count);
  return letters;
}

Error not_a(std::string_view what, std::string_view text, std::string_view examples) {
  return {fmt::format("`{}` is no {}, expected one such as {}", text, what, examples)};
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  const Error fault = not_a("duration", text, "`500ms`, `10s`, `1h30m` or `2d`");
  if (text == "0") return Duration(0);
  std::string_view rest = text;
  double total = 0;
  std::int64_t previous = INT64_MAX;
  while (!rest.empty()) {
    const auto number = take_number(rest);
    if (!number) return fault;
    const std::string_view name = take_letters(rest);
    if (name.empty() && rest.empty() && previous == INT64_MAX)
      return Error{
          fmt::format("the duration `{}` has no unit, expected one such as `{}s` or `{}ms`", text, text, text)};
    const UnitOf* const found = unit(duration_units, name);
    if (found == nullptr || found->amount >= previous) return fault;
    previous = found->amount;
    total += *number * static_cast<double>(found->amount);
  }
  if (previous == INT64_MAX || total > 9e18) return fault;
  return Duration(static_cast<std::int64_t>(std::llround(total)));
}

std::string format_duration(Duration duration) {
  std::int64_t left = duration.count();
  std::string text;
  for (const UnitOf& each : duration_units) {
    if (left < each.amount) continue;
    text += fmt::format("{}{}", left / each.amount, each.name);
    left %= each.amount;
  }
  return text.empty() ? "0s" : text;
}

Result<std::int64_t> parse_size(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_number(rest);
  const UnitOf* const found = rest.empty() ? &size_units[0] : unit(size_units, rest);
  if (!number || found == nullptr || *number * static_cast<double>(found->amount) > 9e18)
    return not_a("size", text, "`64KiB` or `10MB`");
  return static_cast<std::int64_t>(std::llround(*number * static_cast<double>(found->amount)));
}

Result<double> parse_rate(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_number(rest);
  const bool slash = !rest.empty() && rest.front() == '/';
  if (slash) rest.remove_prefix(1);
  const UnitOf* const found = unit(rate_units, rest);
  if (!number || !slash || found == nullptr || !(*number > 0)) return not_a("rate", text, "`100/s` or `5/m`");
  return *number / static_cast<double>(found->amount);
}

std::string format_size(std::int64_t bytes) {
  constexpr std::array units = {"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  auto amount = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; amount >= 1024 && unit + 1 < units.size(); ++unit) amount /= 1024;
  return fmt::format("{:.1f} {}", amount, units[unit]);
}

}  // namespace flowrun
