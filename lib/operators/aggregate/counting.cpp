#include "operators/aggregate/accumulator_of.hpp"
#include "operators/aggregate/accumulators.hpp"
#include "operators/aggregate/distinct_set.hpp"
#include "record/group.hpp"

namespace flowrun {
namespace {

struct CountAll : PlainState<CountAll> {
  std::int64_t count = 0;
  void add(const Sample&) { ++count; }
  void merge(CountAll&& later) { count += later.count; }
  Value result(Arena&) const { return Value::integer(count); }
};

struct CountHolding : PlainState<CountHolding> {
  std::int64_t count = 0;
  void add(const Sample& sample) { count += sample.value.holds() ? 1 : 0; }
  void merge(CountHolding&& later) { count += later.count; }
  Value result(Arena&) const { return Value::integer(count); }
};

struct Any : PlainState<Any> {
  bool holds = false;
  void add(const Sample& sample) { holds = holds || sample.value.holds(); }
  void merge(Any&& later) { holds = holds || later.holds; }
  Value result(Arena&) const { return Value::boolean(holds); }
};

struct All : PlainState<All> {
  bool holds = true;
  void add(const Sample& sample) { holds = holds && sample.value.holds(); }
  void merge(All&& later) { holds = holds && later.holds; }
  Value result(Arena&) const { return Value::boolean(holds); }
};

struct Distinct {
  DistinctSet values;
  void add(const Sample& sample) {
    thread_local std::string encoding;
    encoding.clear();
    encode_group(sample.value, encoding);
    values.add(encoding);
  }
  void merge(Distinct&& later) { values.merge(later.values); }
  Value result(Arena&) const { return Value::integer(static_cast<std::int64_t>(values.count())); }
  void encode(std::string& out) const { values.encode(out); }
  void decode(state::Reader& reader) { values.decode(reader); }
  std::size_t owned_bytes() const { return values.owned_bytes(); }
};

}  // namespace

std::unique_ptr<const Accumulator> make_counting(std::string_view function, bool counts_all) {
  if (function == "count" && counts_all) return std::make_unique<AccumulatorOf<CountAll>>();
  if (function == "count") return std::make_unique<AccumulatorOf<CountHolding>>();
  if (function == "any") return std::make_unique<AccumulatorOf<Any>>();
  if (function == "all") return std::make_unique<AccumulatorOf<All>>();
  if (function == "distinct") return std::make_unique<AccumulatorOf<Distinct, Traits{.stays_small = false}>>();
  return nullptr;
}

}  // namespace flowrun
