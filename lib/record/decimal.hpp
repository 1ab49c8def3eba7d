#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "record/value.hpp"

namespace flowrun {

/// The exact decimal value of a number: 0.d1d2d3... times ten to the power of `exponent`, d1 and the last digit not zero.
/// Zero has no digits. A double stands for the decimal of its shortest digits. The infinities are beyond all others.
struct Decimal {
  bool negative = false;
  std::int64_t exponent = 0;
  std::string digits;
};
inline constexpr std::int64_t infinite_exponent = INT64_MAX;

/// `number` is numeric, and no NaN.
Decimal to_decimal(const Value& number);

/// The number as a value: an integer where it is one of 64 bits, else a double where its shortest digits are these, else
/// digits, whose text lives in `arena`.
Value from_decimal(const Decimal& decimal, Arena& arena);

/// Less than, equal to or greater than 0.
int compare(const Decimal& left, const Decimal& right);

/// The nearest double to a text in JSON's grammar of numbers; infinite where it is beyond all doubles.
double to_double(std::string_view digits);

}  // namespace flowrun
