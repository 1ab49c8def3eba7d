#include "operators/aggregate/double_double.hpp"

#include <cmath>

namespace flowrun {
namespace {

// The sum of two doubles and what rounding has cut from it.
DoubleDouble two_sum(double left, double right) {
  const double sum = left + right;
  if (!std::isfinite(sum)) return {sum, 0};
  const double right_part = sum - left;
  return {sum, (left - (sum - right_part)) + (right - right_part)};
}

// The same where the left one is not the smaller.
DoubleDouble quick_two_sum(double large, double small) {
  const double sum = large + small;
  if (!std::isfinite(sum)) return {sum, 0};
  return {sum, small - (sum - large)};
}

}  // namespace

DoubleDouble DoubleDouble::of(std::int64_t integer) {
  // Halves of 32 bits are exact doubles.
  return two_sum(static_cast<double>(integer >> 32) * 4294967296.0, static_cast<double>(integer & 0xFFFFFFFF));
}

DoubleDouble& DoubleDouble::operator+=(double number) {
  const DoubleDouble sum = two_sum(high, number);
  return *this = quick_two_sum(sum.high, sum.low + low);
}

DoubleDouble& DoubleDouble::operator+=(const DoubleDouble& other) {
  const DoubleDouble highs = two_sum(high, other.high);
  const DoubleDouble lows = two_sum(low, other.low);
  const DoubleDouble first = quick_two_sum(highs.high, highs.low + lows.high);
  return *this = quick_two_sum(first.high, first.low + lows.low);
}

DoubleDouble DoubleDouble::operator*(const DoubleDouble& other) const {
  const double product = high * other.high;
  if (!std::isfinite(product)) return {product, 0};
  const double error = std::fma(high, other.high, -product) + (high * other.low + low * other.high);
  return quick_two_sum(product, error);
}

DoubleDouble DoubleDouble::operator/(double divisor) const {
  const double quotient = high / divisor;
  if (!std::isfinite(quotient)) return {quotient, 0};
  const double rest = std::fma(-quotient, divisor, high) + low;
  return quick_two_sum(quotient, rest / divisor);
}

}  // namespace flowrun
