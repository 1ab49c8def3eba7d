#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <tsl/robin_map.h>
#include <vector>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/clock.hpp"
#include "bench/jobs.hpp"
#include "operators/operators.hpp"
#include "record/group.hpp"
#include "state/encoding.hpp"
#include "state/keyed_states.hpp"
#include "state/typed_state.hpp"

// Nanoseconds per record of finding and updating the state of a text group, and of whole aggregates over batches of values,
// beside a hand-written robin_map. `bench_aggregate [JOB]`.
namespace {

using namespace flowrun;

constexpr std::size_t record_count = 2'000'000;

/// Records whose groups are drawn from `groups` different texts, evenly; texts of up to 14 bytes, as words are.
struct Input {
  std::vector<std::string> names;
  std::vector<std::uint32_t> groups;  // of each record

  explicit Input(std::size_t count) : names(count), groups(record_count) {
    for (std::size_t name = 0; name < count; ++name) names[name] = "group " + std::to_string(name);
    std::mt19937 random(7);
    for (std::uint32_t& group : groups) group = random() % static_cast<std::uint32_t>(count);
  }
  const std::string& name(std::size_t record) const { return names[groups[record]]; }
};

struct Hash {
  std::size_t operator()(const std::string& text) const { return XXH3_64bits(text.data(), text.size()); }
};

struct Prices {
  double smallest = 1e308;
  double largest = -1e308;
  double sum = 0;
  std::uint64_t count = 0;
};

std::size_t count_by_hand(const Input& input) {
  tsl::robin_map<std::string, std::uint64_t, Hash> counts;
  for (std::size_t record = 0; record < record_count; ++record) ++counts[input.name(record)];
  return counts.size();
}

std::size_t prices_by_hand(const Input& input) {
  tsl::robin_map<std::string, Prices, Hash> groups;
  for (std::size_t record = 0; record < record_count; ++record) {
    Prices& prices = groups[input.name(record)];
    const auto price = static_cast<double>(record % 1000) + 0.25;
    prices.smallest = std::min(prices.smallest, price);
    prices.largest = std::max(prices.largest, price);
    prices.sum += price;
    ++prices.count;
  }
  return groups.size();
}

struct Count {
  std::uint64_t count = 0;
  void encode(std::string& out) const { state::put(count, out); }
  bool decode(std::string_view bytes) { return bytes.size() == sizeof count; }
  void merge(Count&& later) { count += later.count; }
};

std::size_t count_in_keyed_state(const Input& input) {
  state::KeyedStates states;
  state::TypedState<Count> counts(states, "counts");
  for (std::size_t record = 0; record < record_count; ++record) {
    const std::string& name = input.name(record);
    ++counts.change({name, XXH3_64bits(name.data(), name.size())}).count;
  }
  return states.groups();
}

std::size_t count_values_in_keyed_state(const Input& input) {
  state::KeyedStates states;
  state::TypedState<Count> counts(states, "counts");
  std::string group;
  for (std::size_t record = 0; record < record_count; ++record) {
    group.clear();
    encode_group(Value::text(input.name(record)), group);
    ++counts.change({group, hash_group(group, 0)}).count;
  }
  return states.groups();
}

ProgramPtr program(std::string_view text) {
  expr::Environment environment;
  environment.variables = {"key", "time", "meta"};
  auto compiled = expr::compile(text, environment);
  if (!compiled.ok()) std::abort();
  return *compiled;
}

Call call(const char* name, std::vector<ProgramPtr> arguments) { return {name, name, std::move(arguments), name}; }

/// The step of a flow on one worker: its sender, its receiver, and batches of records made on the way.
std::size_t run_aggregate(const Input& input, std::string_view by, std::vector<Call> values, bool prices) {
  Options options;
  options.set("by", program(by));
  options.set("emit", std::string("at_close"));
  options.set("values", std::move(values));
  const OperatorPlan plan = *aggregate_operator().plan(options);
  SystemClock clock;
  expr::Machine machine;
  state::KeyedStates states;
  Context context;
  context.clock = &clock;
  context.machine = &machine;
  context.state = &states;
  const auto sender = plan.make_before_exchange(context), receiver = plan.make(context);
  Output sent({.step = "sent"}), output({.step = "results"});
  for (std::size_t record = 0; record < record_count;) {
    Batch batch;
    for (; record < record_count && !batch.full(); ++record) {
      const Value name = Value::text(input.name(record));
      if (!prices) {
        batch.append(name);
        continue;
      }
      Member* const members = new_members(batch.arena(), 2);
      members[0] = {Value::text("user"), name};
      members[1] = {Value::text("price"), Value::number(static_cast<double>(record % 1000) + 0.25)};
      batch.append(Value::object(members, 2));
    }
    if (sender->process(0, batch, sent) != Progress::done) return 0;
    for (Batch& each : sent.take(0))
      if (receiver->process(0, each, output) != Progress::done) return 0;
  }
  return states.groups();
}

std::vector<bench::Job> jobs_of(const Input& input) {
  return {
      {"count by hand", [&] { return count_by_hand(input); }},
      {"keyed state", [&] { return count_in_keyed_state(input); }, "count by hand"},
      {"keyed state, groups of values", [&] { return count_values_in_keyed_state(input); }, "count by hand"},
      {"aggregate: count", [&] { return run_aggregate(input, ".", {call("count", {})}, false); }, "count by hand"},
      {"min, avg, max by hand", [&] { return prices_by_hand(input); }},
      {"aggregate: min, avg, max",
       [&] {
         const ProgramPtr price = program(".price");
         return run_aggregate(input, ".user", {call("min", {price}), call("avg", {price}), call("max", {price})}, true);
       },
       "min, avg, max by hand"},
  };
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view only = count > 1 ? arguments[1] : "";
  for (const std::size_t groups : {std::size_t{10'000}, std::size_t{1'000'000}}) {
    const Input input(groups);
    std::printf("%zu records of %zu groups\n", record_count, groups);
    if (!bench::run_interleaved(jobs_of(input), only, record_count, "ns/record")) return 1;
  }
}
