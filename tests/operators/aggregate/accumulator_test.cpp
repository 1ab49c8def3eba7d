#include "operators/aggregate/accumulator.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "record/json.hpp"

using namespace flowrun;

namespace {

constexpr double no_rank = 0;

Time at(int seconds) { return Time(std::chrono::seconds(seconds)); }

// The state of one accumulator, alone.
class State {
 public:
  explicit State(std::string_view function, double q = no_rank, bool counts_all = false)
      : accumulator_(make_accumulator(function, counts_all, q)),
        memory_(std::make_unique<std::uint64_t[]>((accumulator_->size() + 7) / 8)) {
    accumulator_->create(memory_.get());
  }
  ~State() { accumulator_->destroy(memory_.get()); }

  State& add(const Value& value, Time time = no_time, const Value& record = Value::null()) {
    const Sample sample{memory_.get(), value, time, &record};
    grown_ += accumulator_->add({&sample, 1}, 0);
    return *this;
  }
  State& merge(State& later) {
    accumulator_->merge(memory_.get(), later.memory_.get());
    return *this;
  }
  bool decode(const std::string& bytes) {
    state::Reader reader(bytes);
    accumulator_->decode(reader, memory_.get());
    return reader.complete();
  }
  std::string encoded() const {
    std::string bytes;
    accumulator_->encode(memory_.get(), bytes);
    return bytes;
  }
  std::string result() const {
    Arena arena;
    std::string json;
    write_json(accumulator_->result(memory_.get(), arena), json);
    return json;
  }
  std::size_t owned_bytes() const { return accumulator_->owned_bytes(memory_.get()); }
  std::ptrdiff_t grown() const { return grown_; }

 private:
  std::unique_ptr<const Accumulator> accumulator_;
  std::unique_ptr<std::uint64_t[]> memory_;
  std::ptrdiff_t grown_ = 0;
};

const Value yes = Value::boolean(true), no = Value::boolean(false), null = Value::null();
Value number(double value) { return Value::number(value); }
Value integer(std::int64_t value) { return Value::integer(value); }
Value text(std::string_view value) { return Value::text(value); }

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();

struct Case {
  std::string function;
  std::vector<Value> values;
  std::string result;
  double q = no_rank;
};

const std::vector<Case> cases = {
    // Of nothing.
    {"count", {}, "0"},
    {"sum", {}, "0"},
    {"distinct", {}, "0"},
    {"collect", {}, "[]"},
    {"any", {}, "false"},
    {"all", {}, "true"},
    {"avg", {}, "null"},
    {"min", {}, "null"},
    {"max", {}, "null"},
    {"first", {}, "null"},
    {"last", {}, "null"},
    {"min_by", {}, "null"},
    {"max_by", {}, "null"},
    {"stddev", {}, "null"},
    {"quantile", {}, "null", 0.5},

    {"count", {yes, no, null, integer(0), text("")}, "3"},
    {"any", {no, null}, "false"},
    {"any", {no, integer(0)}, "true"},
    {"all", {yes, integer(0)}, "true"},
    {"all", {yes, null}, "false"},

    // Integer sums are exact, on both sides of 64 bits.
    {"sum", {integer(1), integer(2), null}, "3"},
    {"sum", {integer(largest), integer(1), integer(-1)}, "9223372036854775807"},
    {"sum", {integer(smallest), integer(-1), integer(1)}, "-9223372036854775808"},
    {"sum", {integer(largest), integer(1)}, "9.223372036854776e+18"},
    {"sum", {integer(largest), integer(largest), integer(smallest), integer(smallest), integer(7)}, "5"},
    // Sums of doubles are rounded once.
    {"sum", {number(0.1), number(0.2)}, "0.30000000000000004"},
    {"sum", {number(1e16), number(1.5), number(-1e16)}, "1.5"},
    {"sum", {number(1e100), integer(1), number(-1e100)}, "1"},
    {"sum", {integer(largest), number(0.5), integer(-largest)}, "0.5"},
    {"sum", {Value::digits("1.10"), Value::digits("2.20")}, "3.3000000000000003"},
    {"sum", {number(std::numeric_limits<double>::infinity()), number(1)}, "1.7976931348623157e+308"},
    {"sum", {null}, "0"},

    {"avg", {integer(1), integer(2), null, integer(6)}, "3"},
    {"avg", {integer(1), integer(2)}, "1.5"},
    {"avg", {integer(largest), integer(largest)}, "9223372036854775807"},
    {"avg", {number(0.1), number(0.2), number(0.3)}, "0.2"},
    {"avg", {null}, "null"},

    {"stddev", {integer(5)}, "null"},
    {"stddev", {integer(5), null}, "null"},
    {"stddev", {integer(5), integer(5)}, "0"},
    {"stddev", {integer(1), integer(2), integer(3), integer(4)}, "1.2909944487358056"},
    {"stddev", {integer(1000000000001), integer(1000000000002), integer(1000000000003)}, "1"},
    {"stddev", {number(1e15 + 0.25), number(1e15 + 0.5), number(1e15 + 0.75)}, "0.25"},

    {"quantile", {integer(5)}, "5", 0.99},
    {"quantile", {integer(1), null, integer(3)}, "1", 0.5},
    {"quantile", {integer(1), integer(3)}, "3", 0.51},
    {"quantile", {integer(-7), integer(0), integer(9)}, "0", 0.5},
    {"quantile", {integer(-7), integer(0), integer(9)}, "-7", 0},
    {"quantile", {integer(-7), integer(0), integer(9)}, "9", 1},

    // jq's order: null, booleans, numbers, texts. Of equals the first stays.
    {"min", {text("a"), integer(3), yes}, "true"},
    {"min", {integer(3), null}, "null"},
    {"max", {integer(3), text("a text beyond fourteen bytes"), text("a")}, R"("a text beyond fourteen bytes")"},
    {"max", {Value::digits("1.0"), integer(1)}, "1.0"},
    {"min", {integer(1), Value::digits("1.0")}, "1"},

    {"first", {integer(1), integer(2)}, "1"},
    {"last", {integer(1), integer(2)}, "2"},
    {"first", {null, integer(2)}, "null"},
    {"collect", {integer(2), null, text("a text beyond fourteen bytes")}, R"([2,null,"a text beyond fourteen bytes"])"},
    {"distinct", {integer(1), number(1), Value::digits("1.0"), text("1"), null, null}, "3"},
};

}  // namespace

TEST_CASE("each function gives the value that the guide says") {
  for (const Case& each : cases) {
    State state(each.function, each.q);
    for (const Value& value : each.values) state.add(value);
    INFO(each.function << " of " << each.values.size() << " values");
    CHECK(state.result() == each.result);
  }
}

TEST_CASE("a state that was encoded goes on as the one that it was made of") {
  for (const Case& each : cases)
    for (std::size_t split = 0; split <= each.values.size(); ++split) {
      State before(each.function, each.q), after(each.function, each.q);
      for (std::size_t index = 0; index < split; ++index) before.add(each.values[index]);
      REQUIRE(after.decode(before.encoded()));
      for (std::size_t index = split; index < each.values.size(); ++index) after.add(each.values[index]);
      INFO(each.function << " split at " << split);
      CHECK(after.result() == each.result);
    }
}

TEST_CASE("merged states are the state of all values, wherever they were split") {
  for (const Case& each : cases)
    for (std::size_t split = 0; split <= each.values.size(); ++split) {
      State earlier(each.function, each.q), later(each.function, each.q);
      for (std::size_t index = 0; index < each.values.size(); ++index)
        (index < split ? earlier : later).add(each.values[index]);
      INFO(each.function << " split at " << split);
      CHECK(earlier.merge(later).result() == each.result);
    }
}

TEST_CASE("the memory that a state owns is what adding has reported") {
  for (const Case& each : cases) {
    State state(each.function, each.q);
    for (const Value& value : each.values) state.add(value, no_time, text("a record beyond fourteen bytes"));
    INFO(each.function);
    CHECK(state.grown() == static_cast<std::ptrdiff_t>(state.owned_bytes()));
  }
}

TEST_CASE("damaged states are noticed") {
  for (const Case& each : cases) {
    State state(each.function, each.q);
    for (const Value& value : each.values) state.add(value);
    const std::string bytes = state.encoded();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      State damaged(each.function, each.q);
      CHECK_FALSE(damaged.decode(bytes.substr(0, size)));
    }
  }
}

TEST_CASE("count without an argument counts records") {
  State state("count", no_rank, true);
  CHECK(state.add(null).add(no).result() == "2");
}

TEST_CASE("first, last and collect go by event time, ties by arrival") {
  struct Arrival {
    int time;
    std::string_view name;
  };
  const std::vector<Arrival> arrivals = {{5, "five"}, {2, "two"}, {9, "nine"}, {2, "two again"}, {9, "nine again"}};
  for (std::size_t split = 0; split <= arrivals.size(); ++split)
    for (const auto& [function, expected] : std::vector<std::pair<std::string, std::string>>{
             {"first", R"("two")"},
             {"last", R"("nine again")"},
             {"collect", R"(["two","two again","five","nine","nine again"])"}}) {
      State earlier(function), later(function);
      for (std::size_t index = 0; index < arrivals.size(); ++index)
        (index < split ? earlier : later).add(text(arrivals[index].name), at(arrivals[index].time));
      INFO(function << " split at " << split);
      CHECK(earlier.merge(later).result() == expected);
    }
}

TEST_CASE("min_by and max_by give the whole record, of equals the first by event time, then by arrival") {
  struct Arrival {
    int value;
    int time;
    std::string_view record;
  };
  const std::vector<Arrival> arrivals = {{3, 5, "late three"}, {3, 4, "three"}, {1, 9, "late one"},
                                         {1, 8, "one"},        {1, 8, "same"},  {3, 4, "same"}};
  for (std::size_t split = 0; split <= arrivals.size(); ++split)
    for (const auto& [function, expected] :
         std::vector<std::pair<std::string, std::string>>{{"min_by", R"("one")"}, {"max_by", R"("three")"}}) {
      State earlier(function), later(function);
      for (std::size_t index = 0; index < arrivals.size(); ++index)
        (index < split ? earlier : later)
            .add(integer(arrivals[index].value), at(arrivals[index].time), text(arrivals[index].record));
      INFO(function << " split at " << split);
      CHECK(earlier.merge(later).result() == expected);
    }
}

TEST_CASE("quantiles are within one percent of the value of their rank, and never outside what there is") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::lognormal_distribution<double> spread(0, 4);
  std::vector<double> numbers(5000);
  for (double& each : numbers) each = (random() % 3 == 0 ? -1 : 1) * spread(random);
  std::vector<double> sorted = numbers;
  std::sort(sorted.begin(), sorted.end());
  for (const double q : {0.0, 0.001, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 1.0}) {
    State halves[] = {State("quantile", q), State("quantile", q)};
    for (std::size_t index = 0; index < numbers.size(); ++index) halves[index % 2].add(number(numbers[index]));
    const double estimate = std::stod(halves[0].merge(halves[1]).result());
    const auto rank = static_cast<std::size_t>(std::max(1.0, std::ceil(q * 5000 - 1e-6)));
    const double exact = sorted[rank - 1];
    INFO("q " << q << " exact " << exact << " estimate " << estimate);
    CHECK(std::abs(estimate - exact) <= 0.01 * std::abs(exact) + 1e-300);
    CHECK((estimate >= sorted.front() && estimate <= sorted.back()));
  }
}

TEST_CASE("a quantile's rank is not moved by rounding") {
  State state("quantile", 0.07);
  for (int value = 1; value <= 100; ++value) state.add(integer(value));
  CHECK(std::abs(std::stod(state.result()) - 7) <= 0.07);
}

TEST_CASE("quantiles take the extremes of doubles") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  State state("quantile", 0.5);
  for (const double value : {-infinity, -1e308, -5e-324, 0.0, 5e-324, 1e308, infinity}) state.add(number(value));
  CHECK(state.result() == "0");
}

TEST_CASE("sums do not depend on the order of addition") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::vector<Value> numbers;
  for (int index = 0; index < 2000; ++index)
    numbers.push_back(index % 3 == 0 ? integer(static_cast<std::int64_t>(random()) << 20)
                                     : number(static_cast<double>(random()) / 1000 - 2e6));
  for (const std::string_view function : {"sum", "avg", "stddev"}) {
    State in_order(function);
    for (const Value& value : numbers) in_order.add(value);
    for (int round = 0; round < 5; ++round) {
      std::shuffle(numbers.begin(), numbers.end(), random);
      State parts[] = {State(function), State(function), State(function)};
      for (const Value& value : numbers) parts[random() % 3].add(value);
      CHECK(parts[0].merge(parts[1]).merge(parts[2]).result() == in_order.result());
    }
  }
}

TEST_CASE("distinct counts exactly, also many") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  State halves[] = {State("distinct"), State("distinct")};
  std::vector<bool> seen(20000);
  for (int index = 0; index < 50000; ++index) {
    const auto value = random() % seen.size();
    seen[value] = true;
    halves[random() % 2].add(text(std::string(value % 40, 'x') + std::to_string(value)));
  }
  CHECK(halves[0].merge(halves[1]).result() == std::to_string(std::count(seen.begin(), seen.end(), true)));
}
