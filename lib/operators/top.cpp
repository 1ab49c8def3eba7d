#include <algorithm>
#include <utility>
#include <vector>

#include "operators/aggregate/accumulator_of.hpp"
#include "operators/aggregate/aggregate.hpp"
#include "operators/operators.hpp"
#include "state/owned_value.hpp"

namespace flowrun {
namespace {

// The largest records of a group, the largest first; of equals the one that arrived first.
struct Largest {
  struct Item {
    state::OwnedValue rank;
    state::OwnedValue record;
  };
  std::size_t most = 0;
  std::vector<Item> items;
  std::size_t value_bytes = 0;

  void add(const Sample& sample) {
    if (!has_room_for(sample.value)) return;
    insert({state::OwnedValue(sample.value), state::OwnedValue(*sample.record)});
  }
  void merge(Largest&& later) {
    for (Item& item : later.items)
      if (has_room_for(item.rank.get())) insert(std::move(item));
  }
  Value result(Arena& arena) const {
    Value* const copies = new_items(arena, items.size());
    std::transform(items.begin(), items.end(), copies,
                   [&](const Item& item) { return deep_copy(item.record.get(), arena); });
    return Value::array(copies, items.size());
  }
  void encode(std::string& out) const {
    state::put_count(items.size(), out);
    for (const Item& item : items) {
      state::put_value(item.rank.get(), out);
      state::put_value(item.record.get(), out);
    }
  }
  void decode(state::Reader& reader) {
    Arena arena;
    for (std::uint64_t left = reader.take_count(); left > 0 && reader.ok(); --left) {
      Item item{state::OwnedValue(reader.take_value(arena)), state::OwnedValue(reader.take_value(arena))};
      value_bytes += bytes_of(item);
      items.push_back(std::move(item));
      arena.clear();
    }
  }
  std::size_t owned_bytes() const { return items.capacity() * sizeof(Item) + value_bytes; }

 private:
  static std::size_t bytes_of(const Item& item) { return item.rank.owned_bytes() + item.record.owned_bytes(); }
  bool has_room_for(const Value& rank) const {
    return items.size() < most || compare(rank, items.back().rank.get()) > 0;
  }
  void insert(Item&& item) {
    if (items.size() == most) {
      value_bytes -= bytes_of(items.back());
      items.pop_back();
    }
    value_bytes += bytes_of(item);
    const auto place = std::upper_bound(items.begin(), items.end(), item, [](const Item& left, const Item& right) {
      return compare(left.rank.get(), right.rank.get()) > 0;
    });
    items.insert(place, std::move(item));
  }
};

class TopAccumulator final : public AccumulatorOf<Largest, Traits{.merges_exactly = false, .stays_small = false}> {
 public:
  explicit TopAccumulator(std::size_t most) : most_(most) {}
  void create(void* state) const override { ::new (state) Largest{.most = most_}; }

 private:
  std::size_t most_;
};

// An aggregate whose one value is the list of items.
Result<std::shared_ptr<const AggregatePlan>, OptionFaults> plan_top(const Options& options) {
  OptionFaults faults;
  AggregatePlan plan;
  plan.by = GroupBy(options);
  plan.by.add_reads(plan.reads);
  plan.window = read_window(options, faults);
  plan.clock = read_clock(options);
  if (plan.clock && !options.has("window"))
    faults.push_back({"clock", "unknown-key", "without `window` there is nothing that `clock` is for", "leave it out"});
  if (plan.by.fields() != nullptr)
    for (const FieldProgram& field : *plan.by.fields())
      if (field.name == "items" || field.name == "window_start" || field.name == "window_end")
        faults.push_back({"by." + field.name, "bad-name",
                          "`" + field.name + "` is the name of a field that results have by themselves",
                          "choose another name"});
  if (!faults.empty()) return faults;
  const ProgramPtr& largest = options.at<ProgramPtr>("largest");
  add_reads(*largest, plan.reads);
  plan.reads.value.merge(Projection::everything());
  plan.columns.push_back({largest, {}, {}, true});
  plan.values.push_back(
      {"items", std::make_shared<TopAccumulator>(static_cast<std::size_t>(options.at<std::int64_t>("n"))), 0, {}});
  plan.layout =
      std::make_shared<GroupLayout>(std::vector<std::shared_ptr<const Accumulator>>{plan.values.front().accumulator});
  return std::make_shared<const AggregatePlan>(std::move(plan));
}

Result<OperatorPlan, OptionFaults> plan(const Options& options) {
  auto planned = plan_top(options);
  if (!planned.ok()) return std::move(planned.error());
  OperatorPlan plan = plan_of_aggregate(*planned);
  plan.end_hint = "write `window: { tumbling: 1m }`";
  return plan;
}

}  // namespace

OperatorEntry top_operator() {
  Spec spec;
  spec.name = "top";
  spec.summary = "gives the records of a group and window that are the largest by an expression";
  spec.options = {
      GroupBy::option(),
      window_option(),
      clock_option(),
      {.name = "n",
       .type = OptionType::integer,
       .doc = "How many records, at most.",
       .required = true,
       .smallest = 1,
       .largest = 1e6,
       .example = "10",
       .free_to_change = true},
      {.name = "largest",
       .type = OptionType::expression,
       .doc = "What is compared, in jq's order; of equals the record that arrived first comes first. Not exactly "
              "one output rejects the record.",
       .required = true,
       .example = ".amount"}};
  spec.outputs = {"late"};
  spec.can_reject = true;
  spec.keeps_state = true;
  spec.example =
      "top:\n"
      "  by: .region\n"
      "  window: { tumbling: 1h }\n"
      "  n: 3\n"
      "  largest: .amount\n";
  return {std::move(spec), plan};
}

}  // namespace flowrun
