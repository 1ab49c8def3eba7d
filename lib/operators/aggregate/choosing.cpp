#include <algorithm>

#include "operators/aggregate/accumulator_of.hpp"
#include "operators/aggregate/accumulators.hpp"
#include "operators/aggregate/timed_values.hpp"
#include "state/owned_value.hpp"

namespace flowrun {
namespace {

using state::OwnedValue;

void put_owned(const OwnedValue& value, std::string& out) { state::put_value(value.get(), out); }

void take_owned(state::Reader& reader, OwnedValue& value) {
  Arena arena;
  value.assign(reader.take_value(arena));
}

Value copied(const OwnedValue& value, Arena& arena) {
  return value.is_nothing() ? Value::null() : deep_copy(value.get(), arena);
}

enum class Side { smallest, largest };

bool is_beyond(Side side, const Value& left, const Value& right) {
  return side == Side::smallest ? compare(left, right) < 0 : compare(left, right) > 0;
}

// Of equal values the one that came first stays: 1 and 1.0 print differently.
template <Side side>
struct Extreme {
  OwnedValue value;
  void add(const Sample& sample) {
    if (value.is_nothing() || is_beyond(side, sample.value, value.get())) value.assign(sample.value);
  }
  void merge(Extreme&& later) {
    if (later.value.is_nothing()) return;
    if (value.is_nothing() || is_beyond(side, later.value.get(), value.get())) value = std::move(later.value);
  }
  Value result(Arena& arena) const { return copied(value, arena); }
  void encode(std::string& out) const { put_owned(value, out); }
  void decode(state::Reader& reader) { take_owned(reader, value); }
  std::size_t owned_bytes() const { return value.owned_bytes(); }
};

enum class End { first, last };

// By event time, ties by arrival.
template <End end>
struct Outermost {
  Time time = no_time;
  OwnedValue value;
  bool is_before(Time other) const { return end == End::first ? other < time : other >= time; }
  void add(const Sample& sample) {
    if (!value.is_nothing() && !is_before(sample.time)) return;
    time = sample.time;
    value.assign(sample.value);
  }
  void merge(Outermost&& later) {
    if (later.value.is_nothing() || (!value.is_nothing() && !is_before(later.time))) return;
    time = later.time;
    value = std::move(later.value);
  }
  Value result(Arena& arena) const { return copied(value, arena); }
  void encode(std::string& out) const {
    state::put(time, out);
    put_owned(value, out);
  }
  void decode(state::Reader& reader) {
    time = reader.take<Time>();
    take_owned(reader, value);
  }
  std::size_t owned_bytes() const { return value.owned_bytes(); }
};

// The whole record whose value is the smallest or largest; of equals the first, as `first`.
template <Side side>
struct ExtremeBy {
  Time time = no_time;
  OwnedValue value;
  OwnedValue record;
  bool is_beaten_by(const Value& other, Time other_time) const {
    if (value.is_nothing() || is_beyond(side, other, value.get())) return true;
    return other_time < time && !is_beyond(side, value.get(), other);
  }
  void add(const Sample& sample) {
    if (!is_beaten_by(sample.value, sample.time)) return;
    time = sample.time;
    value.assign(sample.value);
    record.assign(*sample.record);
  }
  void merge(ExtremeBy&& later) {
    if (!later.value.is_nothing() && is_beaten_by(later.value.get(), later.time)) *this = std::move(later);
  }
  Value result(Arena& arena) const { return copied(record, arena); }
  void encode(std::string& out) const {
    state::put(time, out);
    put_owned(value, out);
    put_owned(record, out);
  }
  void decode(state::Reader& reader) {
    time = reader.take<Time>();
    take_owned(reader, value);
    take_owned(reader, record);
  }
  std::size_t owned_bytes() const { return value.owned_bytes() + record.owned_bytes(); }
};

struct Collect {
  TimedValues values;
  void add(const Sample& sample) { values.add(sample.time, sample.value); }
  void merge(Collect&& later) { values.merge(std::move(later.values)); }
  Value result(Arena& arena) const {
    const std::vector<const TimedValues::Item*> items = values.in_order();
    Value* const copies = new_items(arena, items.size());
    std::transform(items.begin(), items.end(), copies,
                   [&](const TimedValues::Item* item) { return deep_copy(item->value.get(), arena); });
    return Value::array(copies, items.size());
  }
  void encode(std::string& out) const { values.encode(out); }
  void decode(state::Reader& reader) { values.decode(reader); }
  std::size_t owned_bytes() const { return values.owned_bytes(); }
};

}  // namespace

std::unique_ptr<const Accumulator> make_choosing(std::string_view function) {
  if (function == "min") return std::make_unique<AccumulatorOf<Extreme<Side::smallest>>>();
  if (function == "max") return std::make_unique<AccumulatorOf<Extreme<Side::largest>>>();
  if (function == "first") return std::make_unique<AccumulatorOf<Outermost<End::first>>>();
  if (function == "last") return std::make_unique<AccumulatorOf<Outermost<End::last>>>();
  if (function == "min_by") return std::make_unique<AccumulatorOf<ExtremeBy<Side::smallest>>>();
  if (function == "max_by") return std::make_unique<AccumulatorOf<ExtremeBy<Side::largest>>>();
  // A partial list is as large as what it lists, so it is not worth to make one before the exchange.
  if (function == "collect")
    return std::make_unique<AccumulatorOf<Collect, Traits{.merges_exactly = false, .stays_small = false}>>();
  return nullptr;
}

}  // namespace flowrun
