#pragma once

#include <cstdint>

namespace flowrun {

/// A number as the unevaluated sum of two doubles, with about 106 bits: sums that are rounded once, when they are read.
/// Algorithms: Dekker 1971, Knuth TAOCP 4.2.2, as in Hida, Li, Bailey, "Library for double-double arithmetic", 2000.
/// Where a result is infinite or no number, `high` says so and `low` is 0.
struct DoubleDouble {
  double high = 0;
  double low = 0;

  static DoubleDouble of(double number) { return {number, 0}; }
  /// Exact.
  static DoubleDouble of(std::int64_t integer);

  DoubleDouble& operator+=(double number);
  DoubleDouble& operator+=(const DoubleDouble& other);
  DoubleDouble operator-() const { return {-high, -low}; }
  DoubleDouble operator*(const DoubleDouble& other) const;
  DoubleDouble operator/(double divisor) const;

  double rounded() const { return high + low; }
};

}  // namespace flowrun
