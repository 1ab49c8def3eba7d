#include "record/json_scalar.hpp"

#include <charconv>
#include <cstdint>
#include <string>

#include "base/utf8.hpp"
#include "record/json.hpp"

namespace flowrun {
namespace {

constexpr std::uint32_t no_code = static_cast<std::uint32_t>(-1);

// The four hexadecimal digits from `position` on.
std::uint32_t code_unit(std::string_view raw, std::size_t position) {
  std::uint32_t unit = 0;
  if (position + 4 > raw.size()) return no_code;
  const char* const end = raw.data() + position + 4;
  const auto [stop, error] = std::from_chars(raw.data() + position, end, unit, 16);
  return error == std::errc() && stop == end ? unit : no_code;
}

bool is_high_surrogate(std::uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low_surrogate(std::uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

char escaped_character(char letter) {
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

struct CodePoint {
  std::uint32_t code = no_code;
  std::size_t escape_size = 6;
  const char* fault = nullptr;
};

// The code point of `\uXXXX`, or of two of them that are a surrogate pair; `position` is that of the backslash.
CodePoint code_point(std::string_view raw, std::size_t position) {
  const std::uint32_t unit = code_unit(raw, position + 2);
  if (unit == no_code) return {.fault = "an escape `\\u` needs four hexadecimal digits"};
  if (is_low_surrogate(unit)) return {.code = 0xFFFD};
  if (!is_high_surrogate(unit)) return {.code = unit};
  const std::uint32_t second = raw.substr(position + 6, 2) == "\\u" ? code_unit(raw, position + 8) : no_code;
  if (!is_low_surrogate(second)) return {.fault = "a high surrogate needs a low surrogate behind it"};
  return {.code = 0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00), .escape_size = 12};
}

}  // namespace

Unescaped unescape(std::string_view raw, char* out) {
  char ignored[4];
  Unescaped done;
  for (std::size_t position = 0; position < raw.size();) {
    char* const target = out != nullptr ? out + done.size : ignored;
    if (raw[position] != '\\') {
      *target = raw[position++];
      ++done.size;
    } else if (raw[position + 1] == 'u') {
      const CodePoint next = code_point(raw, position);
      if (next.fault != nullptr) return {done.size, next.fault, position};
      done.size += write_code_point(next.code, target);
      position += next.escape_size;
    } else {
      *target = escaped_character(raw[position + 1]);
      if (*target == 0) return {done.size, "there is no such escape", position};
      ++done.size;
      position += 2;
    }
  }
  return done;
}

namespace {

// Above 9 where it is no digit.
std::uint64_t digit_of(char character) { return static_cast<unsigned char>(character - '0'); }

// 2^53 holds all integers of 15 digits, and powers of ten up to 22 are exact: so the quotient is the nearest double.
constexpr std::size_t most_exact_digits = 15;
constexpr double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9, 1e10,
                                    1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20};

// No double prints longer.
constexpr std::size_t longest_double = 24;

Value long_integer(std::string_view token) {
  std::int64_t integer = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), integer);
  return error == std::errc() && token != "-0" ? Value::integer(integer) : Value::digits(token);
}

Value double_or_digits(std::string_view token) {
  if (token.size() > longest_double) return Value::digits(token);
  const double number = to_double(Value::digits(token));
  std::string printed;
  write_number(number, printed);
  return printed == token ? Value::number(number) : Value::digits(token);
}

[[gnu::noinline]] Value unusual_number(std::string_view token) {
  if (!is_number(token)) return Value();
  return token.find_first_of(".eE") == token.npos ? long_integer(token) : double_or_digits(token);
}

// An integer, or a decimal that prints as it is written; nothing where it takes a closer look. A decimal of at most 15
// digits does if its last digit is no zero: two such never have one double.
Value short_number(std::string_view token) {
  const char* next = token.data();
  const char* const end = next + token.size();
  const bool negative = *next == '-';
  const char* const whole = negative ? ++next : next;
  std::uint64_t mantissa = 0;
  const auto take_digits = [&] {
    for (std::uint64_t digit; next != end && (digit = digit_of(*next)) <= 9; ++next) mantissa = mantissa * 10 + digit;
  };
  take_digits();
  const auto whole_digits = static_cast<std::size_t>(next - whole);
  if (whole_digits == 0 || (*whole == '0' && (whole_digits > 1 || next == end))) return Value();
  if (next == end) {
    const auto magnitude = static_cast<std::int64_t>(mantissa);
    return whole_digits <= 18 ? Value::integer(negative ? -magnitude : magnitude) : Value();
  }
  if (*next != '.') return Value();
  const char* const fraction = ++next;
  take_digits();
  const auto fraction_digits = static_cast<std::size_t>(next - fraction);
  if (next != end || fraction_digits == 0 || next[-1] == '0' || whole_digits + fraction_digits > most_exact_digits)
    return Value();
  const double magnitude = static_cast<double>(mantissa) / powers_of_ten[fraction_digits];
  if (magnitude < 1e-5) return Value();
  return Value::number(negative ? -magnitude : magnitude);
}

}  // namespace

Value number_of(std::string_view token) {
  const Value number = short_number(token);
  return !number.is_nothing() ? number : unusual_number(token);
}

}  // namespace flowrun
