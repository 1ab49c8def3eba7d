#include <cmath>
#include <limits>

#include "operators/aggregate/accumulator_of.hpp"
#include "operators/aggregate/accumulators.hpp"
#include "operators/aggregate/exact_sum.hpp"
#include "operators/aggregate/quantile_sketch.hpp"

namespace flowrun {
namespace {

// All of these skip null; other values that are no numbers never come this far.

struct Sum {
  ExactSum sum;
  void add(const Sample& sample) {
    if (!sample.value.is_null()) sum.add(sample.value);
  }
  void merge(Sum&& later) { sum.add(later.sum); }
  Value result(Arena&) const { return sum.total(); }
  void encode(std::string& out) const { sum.encode(out); }
  void decode(state::Reader& reader) { sum.decode(reader); }
  static constexpr std::size_t owned_bytes() { return 0; }
};

struct Average {
  ExactSum sum;
  std::uint64_t count = 0;
  void add(const Sample& sample) {
    if (sample.value.is_null()) return;
    sum.add(sample.value);
    ++count;
  }
  void merge(Average&& later) {
    sum.add(later.sum);
    count += later.count;
  }
  Value result(Arena&) const { return count == 0 ? Value::null() : sum.mean(count); }
  void encode(std::string& out) const {
    state::put_count(count, out);
    sum.encode(out);
  }
  void decode(state::Reader& reader) {
    count = reader.take_count();
    sum.decode(reader);
  }
  static constexpr std::size_t owned_bytes() { return 0; }
};

DoubleDouble double_double_of(const Value& number) {
  return number.kind() == Kind::integer ? DoubleDouble::of(number.as_integer()) : DoubleDouble::of(to_double(number));
}

// Sums of 106 bits leave enough of the difference of the two large numbers that the variance is.
struct StandardDeviation : PlainState<StandardDeviation> {
  std::uint64_t count = 0;
  DoubleDouble sum;
  DoubleDouble squares;
  void add(const Sample& sample) {
    if (sample.value.is_null()) return;
    const DoubleDouble number = double_double_of(sample.value);
    ++count;
    sum += number;
    squares += number * number;
  }
  void merge(StandardDeviation&& later) {
    count += later.count;
    sum += later.sum;
    squares += later.squares;
  }
  Value result(Arena&) const {
    if (count < 2) return Value::null();
    DoubleDouble variance = squares;
    variance += -(sum * sum / static_cast<double>(count));
    const double sample_variance = (variance / static_cast<double>(count - 1)).rounded();
    return Value::number(std::sqrt(sample_variance < 0 ? 0 : sample_variance));
  }
};

struct Quantile {
  QuantileSketch sketch;
  // NaN has no place among numbers; jq puts it below all of them.
  void add(const Sample& sample) {
    if (sample.value.is_null()) return;
    const double number = to_double(sample.value);
    sketch.add(std::isnan(number) ? -std::numeric_limits<double>::infinity() : number);
  }
  void merge(Quantile&& later) { sketch.merge(later.sketch); }
  Value result(Arena&) const { return Value::null(); }
  void encode(std::string& out) const { sketch.encode(out); }
  void decode(state::Reader& reader) { sketch.decode(reader); }
  std::size_t owned_bytes() const { return sketch.owned_bytes(); }
};

class QuantileAccumulator final : public AccumulatorOf<Quantile> {
 public:
  explicit QuantileAccumulator(double q) : q_(q) {}
  Value result(const void* state, Arena&) const override {
    const QuantileSketch& sketch = of(state).sketch;
    return sketch.count() == 0 ? Value::null() : Value::number(sketch.quantile(q_));
  }

 private:
  double q_;
};

}  // namespace

std::unique_ptr<const Accumulator> make_numeric(std::string_view function, double q) {
  if (function == "sum") return std::make_unique<AccumulatorOf<Sum>>();
  if (function == "avg") return std::make_unique<AccumulatorOf<Average>>();
  if (function == "stddev") return std::make_unique<AccumulatorOf<StandardDeviation>>();
  if (function == "quantile") return std::make_unique<QuantileAccumulator>(q);
  return nullptr;
}

}  // namespace flowrun
