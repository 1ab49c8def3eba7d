#include "record/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "record/json.hpp"

namespace flowrun {
namespace {

// Exponents are cut here: texts that differ beyond are equal for us, and sums with the number of digits cannot overflow.
constexpr std::int64_t largest_exponent = INT64_MAX / 20;

std::int64_t parse_exponent(std::string_view text) {
  const bool negative = text.front() == '-';
  if (negative || text.front() == '+') text.remove_prefix(1);
  std::int64_t exponent = 0;
  for (const char digit : text) exponent = std::min(largest_exponent, exponent * 10 + (digit - '0'));
  return negative ? -exponent : exponent;
}

// `text` is in JSON's grammar of numbers.
Decimal parse_decimal(std::string_view text) {
  Decimal decimal;
  if (text.front() == '-') {
    decimal.negative = true;
    text.remove_prefix(1);
  }
  if (const std::size_t mark = text.find_first_of("eE"); mark != text.npos) {
    decimal.exponent = parse_exponent(text.substr(mark + 1));
    text = text.substr(0, mark);
  }
  const std::size_t point = std::min(text.find('.'), text.size());
  decimal.digits.assign(text.substr(0, point));
  if (point < text.size()) decimal.digits.append(text.substr(point + 1));
  decimal.exponent += static_cast<std::int64_t>(point);

  const std::size_t zeros = std::min(decimal.digits.find_first_not_of('0'), decimal.digits.size());
  decimal.digits.erase(0, zeros);
  decimal.exponent -= static_cast<std::int64_t>(zeros);
  decimal.digits.resize(decimal.digits.find_last_not_of('0') + 1);
  if (decimal.digits.empty()) return {};
  return decimal;
}

// In JSON's grammar; plain where that is not much longer than with an exponent.
std::string print(const Decimal& decimal) {
  std::string text(decimal.negative ? "-" : "");
  const auto count = static_cast<std::int64_t>(decimal.digits.size());
  const std::int64_t point = decimal.exponent;
  if (point > -5 && point <= 0) {
    text.append("0.").append(static_cast<std::size_t>(-point), '0').append(decimal.digits);
  } else if (point > 0 && point < count) {
    text.append(decimal.digits).insert(text.size() - static_cast<std::size_t>(count - point), 1, '.');
  } else if (point >= count && point <= 40) {
    text.append(decimal.digits).append(static_cast<std::size_t>(point - count), '0');
  } else {
    text.append(decimal.digits);
    if (count > 1) text.insert(text.size() - static_cast<std::size_t>(count - 1), 1, '.');
    text.append(point > 0 ? "e+" : "e").append(std::to_string(point - 1));
  }
  return text;
}

}  // namespace

Decimal to_decimal(const Value& number) {
  char text[32];
  if (number.kind() == Kind::digits) return parse_decimal(number.as_text());
  if (number.kind() == Kind::integer) {
    const auto end = std::to_chars(text, text + sizeof text, number.as_integer()).ptr;
    return parse_decimal({text, static_cast<std::size_t>(end - text)});
  }
  const double value = number.as_number();
  if (std::isinf(value)) return {value < 0, infinite_exponent, "1"};
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  return parse_decimal({text, static_cast<std::size_t>(end - text)});
}

Value from_decimal(const Decimal& decimal, Arena& arena) {
  if (decimal.digits.empty()) return Value::integer(0);
  if (decimal.exponent == infinite_exponent) return Value::number(decimal.negative ? -HUGE_VAL : HUGE_VAL);
  const std::string text = print(decimal);
  std::int64_t integer = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer);
  if (error == std::errc() && end == text.data() + text.size()) return Value::integer(integer);
  const double number = to_double(text);
  if (std::isfinite(number) && compare(to_decimal(Value::number(number)), decimal) == 0) return Value::number(number);
  return Value::digits(text.size() <= Value::most_inline ? std::string_view(text) : arena.copy(text));
}

int compare(const Decimal& left, const Decimal& right) {
  const auto sign = [](const Decimal& decimal) { return decimal.digits.empty() ? 0 : decimal.negative ? -1 : 1; };
  if (sign(left) != sign(right)) return sign(left) - sign(right);
  const int magnitude =
      left.exponent != right.exponent ? (left.exponent < right.exponent ? -1 : 1) : left.digits.compare(right.digits);
  return left.negative ? -magnitude : magnitude;
}

double to_double(std::string_view digits) {
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc::result_out_of_range) return number;
  const Decimal decimal = parse_decimal(digits);
  const double magnitude = decimal.exponent > 0 ? std::numeric_limits<double>::infinity() : 0.0;
  return decimal.negative ? -magnitude : magnitude;
}

}  // namespace flowrun
