#include "operators/aggregate/exact_sum.hpp"

#include <limits>

namespace flowrun {
namespace {

__extension__ using Wide = __int128;
__extension__ using UnsignedWide = unsigned __int128;

Wide wide_of(std::uint64_t low, std::int64_t high) {
  return static_cast<Wide>(static_cast<UnsignedWide>(high) << 64 | low);
}

bool fits(Wide integer) {
  return integer >= std::numeric_limits<std::int64_t>::min() && integer <= std::numeric_limits<std::int64_t>::max();
}

// Exact to 106 bits, which a sum of fewer than 2^42 integers never exceeds.
DoubleDouble double_double_of(Wide integer) {
  const auto high = static_cast<double>(integer);
  DoubleDouble sum = DoubleDouble::of(high);
  sum += static_cast<double>(integer - static_cast<Wide>(high));
  return sum;
}

}  // namespace

void ExactSum::add(const Value& number) {
  if (number.kind() == Kind::integer) {
    const std::int64_t integer = number.as_integer();
    add_integer(static_cast<std::uint64_t>(integer), integer < 0 ? -1 : 0);
    return;
  }
  doubles_ += to_double(number);
  has_doubles_ = true;
}

void ExactSum::add(const ExactSum& other) {
  add_integer(other.low_, other.high_);
  if (!other.has_doubles_) return;
  doubles_ += other.doubles_;
  has_doubles_ = true;
}

void ExactSum::add_integer(std::uint64_t low, std::int64_t high) {
  low_ += low;
  high_ += high + (low_ < low ? 1 : 0);
}

DoubleDouble ExactSum::as_double_double() const {
  DoubleDouble sum = double_double_of(wide_of(low_, high_));
  if (has_doubles_) sum += doubles_;
  return sum;
}

Value ExactSum::total() const {
  const Wide integers = wide_of(low_, high_);
  if (!has_doubles_ && fits(integers)) return Value::integer(static_cast<std::int64_t>(integers));
  return Value::number(as_double_double().rounded());
}

Value ExactSum::mean(std::uint64_t count) const {
  const Wide integers = wide_of(low_, high_);
  const Wide divisor = static_cast<Wide>(count);
  if (!has_doubles_ && integers % divisor == 0 && fits(integers / divisor))
    return Value::integer(static_cast<std::int64_t>(integers / divisor));
  return Value::number((as_double_double() / static_cast<double>(count)).rounded());
}

void ExactSum::encode(std::string& out) const {
  state::put(low_, out);
  state::put(high_, out);
  state::put(has_doubles_, out);
  if (has_doubles_) state::put(doubles_, out);
}

void ExactSum::decode(state::Reader& reader) {
  low_ = reader.take<std::uint64_t>();
  high_ = reader.take<std::int64_t>();
  has_doubles_ = reader.take<std::uint8_t>() != 0;
  if (has_doubles_) doubles_ = reader.take<DoubleDouble>();
}

}  // namespace flowrun
