#include "flow/option_text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "base/nearest.hpp"
#include "base/timestamp.hpp"
#include "base/units.hpp"
#include "flow/diagnostic_codes.hpp"
#include "flow/scope.hpp"
#include "record/json.hpp"
#include "record/value.hpp"

namespace flowrun {
namespace {

using Converted = Result<OptionValue, TextFault>;

TextFault not_a(const OptionSpec& spec, const Value& value) {
  std::string hint = spec.example.empty() ? std::string() : fmt::format("write `{}`", spec.example);
  return {Code::wrong_type, fmt::format("`{}` is `{}`, expected {}", spec.name, text_of(value), expected_text(spec)),
          std::move(hint)};
}

// What is written as JSON writes a number, nothing else: neither `nan` nor `0x10`.
template <class Number>
std::optional<Number> number_in(const Value& value) {
  Arena arena;
  Value number = value;
  if (!value.is_numeric()) {
    const std::string text = text_of(value);
    const auto read = JsonReader().read(text, arena);
    if (!read || !read->is_numeric() || text.find_first_of(" \t\r\n") != std::string::npos) return std::nullopt;
    number = *read;
  }
  if (number.kind() == Kind::integer) return static_cast<Number>(number.as_integer());
  const double nearest = to_double(number);
  if (!std::isfinite(nearest)) return std::nullopt;
  if constexpr (std::is_integral_v<Number>) {
    constexpr double exact_to = 9007199254740992;  // 2^53
    if (std::trunc(nearest) != nearest || std::abs(nearest) > exact_to) return std::nullopt;
  }
  return static_cast<Number>(nearest);
}

bool is_all_digits(std::string_view text) {
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char byte) { return byte >= '0' && byte <= '9'; });
}

std::string bound(double number, const std::string& unit) {
  return unit.empty() ? fmt::format("{}", number) : fmt::format("{} {}", number, unit);
}

// Checks the range in the unit that the value is counted in.
std::optional<TextFault> out_of_range(const OptionSpec& spec, double number, const Value& written) {
  if ((!spec.smallest || number >= *spec.smallest) && (!spec.largest || number <= *spec.largest)) return std::nullopt;
  std::string expected;
  if (spec.smallest && spec.largest)
    expected = fmt::format("{} to {}", bound(*spec.smallest, ""), bound(*spec.largest, spec.unit));
  else if (spec.smallest)
    expected = fmt::format("at least {}", bound(*spec.smallest, spec.unit));
  else
    expected = fmt::format("at most {}", bound(*spec.largest, spec.unit));
  return TextFault{
      Code::out_of_range,
      fmt::format("`{}` is `{}`, which is out of range, expected {}", spec.name, text_of(written), expected),
      {}};
}

template <class Number>
Converted convert_number(const OptionSpec& spec, const Value& value) {
  const auto number = number_in<Number>(value);
  if (!number) {
    TextFault fault = not_a(spec, value);
    if (!std::is_integral_v<Number> || !is_all_digits(text_of(value)) || text_of(value).size() < 19) return fault;
    return TextFault{Code::out_of_range, fault.message + " of 64 bits", {}};
  }
  if (auto fault = out_of_range(spec, static_cast<double>(*number), value)) return *fault;
  return OptionValue(*number);
}

Converted convert_boolean(const OptionSpec& spec, const Value& value) {
  if (value.kind() == Kind::boolean) return OptionValue(value.as_boolean());
  const std::string text = text_of(value);
  if (text == "true" || text == "false") return OptionValue(text == "true");
  TextFault fault = not_a(spec, value);
  if (text == "yes" || text == "on") fault.hint = "write `true`";
  if (text == "no" || text == "off") fault.hint = "write `false`";
  return fault;
}

Converted convert_duration(const OptionSpec& spec, const Value& value) {
  const std::string text = text_of(value);
  if (text == "never" && spec.may_be_never) return OptionValue(Duration::max());
  const auto duration = parse_duration(text);
  if (!duration) return TextFault{Code::bad_duration, fmt::format("`{}`: {}", spec.name, duration.error().message), {}};
  if (auto fault = out_of_range(spec, std::chrono::duration<double>(*duration).count(), value)) return *fault;
  return OptionValue(*duration);
}

Converted convert_size(const OptionSpec& spec, const Value& value) {
  const auto size = parse_size(text_of(value));
  if (!size) return TextFault{Code::bad_size, fmt::format("`{}`: {}", spec.name, size.error().message), {}};
  if (auto fault = out_of_range(spec, static_cast<double>(*size), value)) return *fault;
  return OptionValue(*size);
}

Converted convert_rate(const OptionSpec& spec, const Value& value) {
  const auto rate = parse_rate(text_of(value));
  if (!rate) return TextFault{Code::bad_rate, fmt::format("`{}`: {}", spec.name, rate.error().message), {}};
  return OptionValue(*rate);
}

Converted convert_choice(const OptionSpec& spec, const Value& value) {
  std::string text = text_of(value);
  if (std::find(spec.choices.begin(), spec.choices.end(), text) != spec.choices.end())
    return OptionValue(std::move(text));
  return TextFault{Code::unknown_choice,
                   fmt::format("`{}` is `{}`, expected {}", spec.name, text, list_of(spec.choices)),
                   did_you_mean(text, spec.choices)};
}

}  // namespace

Result<OptionValue, TextFault> convert_option(const OptionSpec& spec, const Value& value) {
  switch (spec.type) {
    case OptionType::integer:
      return convert_number<std::int64_t>(spec, value);
    case OptionType::number:
      return convert_number<double>(spec, value);
    case OptionType::boolean:
      return convert_boolean(spec, value);
    case OptionType::duration:
      return convert_duration(spec, value);
    case OptionType::size:
      return convert_size(spec, value);
    case OptionType::rate:
      return convert_rate(spec, value);
    case OptionType::choice:
    case OptionType::choice_or_options:
      return convert_choice(spec, value);
    case OptionType::time: {
      const auto time = parse_timestamp(text_of(value));
      if (!time) return not_a(spec, value);
      return OptionValue(*time);
    }
    case OptionType::json:
      return OptionValue(value);
    default:
      return OptionValue(text_of(value));
  }
}

OptionValue assumed_value(const OptionSpec& spec, std::string_view text) {
  switch (spec.type) {
    case OptionType::integer:
    case OptionType::size:
      return static_cast<std::int64_t>(spec.smallest.value_or(1));
    case OptionType::number:
      return spec.smallest.value_or(1);
    case OptionType::rate:
      return 1.0;
    case OptionType::boolean:
      return false;
    case OptionType::duration:
      return Duration(std::chrono::seconds(1));
    case OptionType::time:
      return Time{};
    case OptionType::choice:
    case OptionType::choice_or_options:
      return spec.choices.front();
    case OptionType::json:
      return Value::null();
    default:
      return std::string(text);
  }
}

std::string expected_text(const OptionSpec& spec) {
  switch (spec.type) {
    case OptionType::integer:
      return "an integer";
    case OptionType::number:
      return "a number";
    case OptionType::boolean:
      return "`true` or `false`";
    case OptionType::duration:
      return "a duration such as `10s`";
    case OptionType::size:
      return "a size such as `64KiB`";
    case OptionType::rate:
      return "a rate such as `100/s`";
    case OptionType::choice:
      return list_of(spec.choices);
    case OptionType::choice_or_options:
      return list_of(spec.choices) + ", or a mapping of options";
    case OptionType::time:
      return "a time such as `2026-01-01T00:00:00Z`";
    case OptionType::condition:
    case OptionType::outputs:
    case OptionType::expression:
      return "an expression";
    case OptionType::outputs_or_fields:
    case OptionType::expression_or_fields:
      return "an expression or a mapping of names to expressions";
    default:
      return "a text";
  }
}

bool is_expression(OptionType type) {
  return type == OptionType::expression || type == OptionType::condition || type == OptionType::outputs ||
         type == OptionType::outputs_or_fields || type == OptionType::expression_or_fields ||
         type == OptionType::fields || type == OptionType::conditions;
}

bool is_field_name(std::string_view name) {
  const auto letter = [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
  };
  const auto inner = [&](char byte) { return letter(byte) || (byte >= '0' && byte <= '9') || byte == '-'; };
  return !name.empty() && letter(name.front()) && std::all_of(name.begin(), name.end(), inner);
}

std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (std::size_t index = 0; index < names.size(); ++index) {
    if (index > 0) list += index + 1 == names.size() ? " or " : ", ";
    list += fmt::format("`{}`", names[index]);
  }
  return list.empty() ? "nothing" : list;
}

}  // namespace flowrun
