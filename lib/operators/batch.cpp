#include <algorithm>
#include <optional>
#include <utility>

#include "operators/group_key.hpp"
#include "operators/operators.hpp"
#include "record/group.hpp"
#include "state/encoding.hpp"
#include "state/owned_value.hpp"
#include "state/typed_state.hpp"

namespace flowrun {
namespace {

// The records of a group that wait for more.
struct Waiting {
  std::vector<state::OwnedValue> values;
  Time latest = no_time;                   // event time
  Time due = end_of_time;                  // when they wait no longer, by the wall clock
  state::TimerId timer = state::no_timer;  // of this run

  void encode(std::string& out) const {
    state::put(latest, out);
    state::put(due, out);
    state::put_count(values.size(), out);
    for (const state::OwnedValue& value : values) state::put_value(value.get(), out);
  }
  bool decode(std::string_view bytes) {
    state::Reader reader(bytes);
    latest = reader.take<Time>();
    due = reader.take<Time>();
    Arena arena;
    for (std::uint64_t left = reader.take_count(); left > 0 && reader.ok(); --left) {
      values.emplace_back(reader.take_value(arena));
      arena.clear();
    }
    return reader.complete();
  }
  void merge(Waiting&& later) {
    std::move(later.values.begin(), later.values.end(), std::back_inserter(values));
    latest = std::max(latest, later.latest);
    due = std::min(due, later.due);
  }
  std::size_t owned_bytes() const {
    std::size_t bytes = values.capacity() * sizeof(state::OwnedValue);
    for (const state::OwnedValue& value : values) bytes += value.owned_bytes();
    return bytes;
  }
};

struct BatchPlan {
  GroupBy by;
  std::size_t size = static_cast<std::size_t>(-1);
  std::optional<Duration> wait;
};

class MakeBatches final : public Operator {
 public:
  using Entry = state::KeyedState::Entry;

  MakeBatches(Context& context, std::shared_ptr<const BatchPlan> plan)
      : plan_(std::move(plan)),
        clock_(*context.clock),
        timers_(context.state->system_timers()),
        groups_(*context.state, "groups"),
        state_(groups_.keyed()) {
    encode_group(Value::integer(static_cast<std::int64_t>(context.worker)), own_bytes_);
    own_ = {own_bytes_, context.worker};
  }

  Progress process(InputIndex, Batch& batch, Output& output) override {
    const Time now = plan_->wait ? clock_.now() : beginning_of_time;
    std::size_t taken = 0;
    for (const Batch::Row row : batch.rows()) {
      if (output.full()) break;
      take(batch, row, now, output);
      ++taken;
    }
    if (taken < batch.size()) {
      batch.drop_front(taken);
      return Progress::more;
    }
    batch = Batch();
    return Progress::done;
  }

  Progress advance(ClockKind clock, Time time, Output& output) override {
    if (clock != ClockKind::system) return Progress::done;
    while (timers_.next_due() <= time) {
      if (output.full()) return Progress::more;
      Entry& entry = *timers_.take_due(time);
      emit(entry, output);
      erase(entry);
    }
    return Progress::done;
  }
  Time next_timer() const override { return timers_.next_due(); }

  Progress finish(Output& output) override {
    timers_.clear();
    if (closing_.empty()) closing_ = state_.sorted_entries();
    for (; next_ < closing_.size(); ++next_) {
      if (output.full()) return Progress::more;
      emit(*closing_[next_], output);
    }
    closing_.clear();
    next_ = 0;
    state_.clear();
    return Progress::done;
  }

  void restored(Time) override {
    if (plan_->by.is_one_group()) gather_workers();
    for (Entry* const entry : state_.entries()) watch(*entry);
  }

 private:
  static Waiting& of(Entry& entry) { return *static_cast<Waiting*>(entry.state()); }

  void take(const Batch& batch, Batch::Row row, Time now, Output& output) {
    // Without `by` each worker makes batches of its own.
    Entry& entry = state_.find_or_create(plan_->by.is_one_group() ? own_ : batch.group(row));
    Waiting& waiting = of(entry);
    if (waiting.values.empty() && plan_->wait && plan_->size > 1) {
      waiting.due = now > end_of_time - *plan_->wait ? end_of_time : now + *plan_->wait;
      watch(entry);
    }
    const std::size_t room = waiting.values.capacity();
    waiting.values.emplace_back(batch.value(row));
    waiting.latest = std::max(waiting.latest, batch.time(row));
    state_.grow(static_cast<std::ptrdiff_t>((waiting.values.capacity() - room) * sizeof(state::OwnedValue) +
                                            waiting.values.back().owned_bytes()));
    if (waiting.values.size() < plan_->size) return state_.touch(entry);
    if (waiting.timer != state::no_timer) timers_.cancel(waiting.timer);
    emit(entry, output);
    erase(entry);
  }

  void watch(Entry& entry) {
    if (of(entry).due != end_of_time) of(entry).timer = timers_.set(of(entry).due, entry);
  }

  // What several workers had waiting, where there are fewer now, is one batch; it may be too large, so it is due.
  void gather_workers() {
    const std::vector<Entry*> all = state_.entries();
    if (all.empty() || (all.size() == 1 && state_.group(*all.front()) == own_.bytes)) return;
    Entry& own = state_.find_or_create(own_);
    for (Entry* const entry : all) {
      if (entry == &own) continue;
      of(own).merge(std::move(of(*entry)));
      state_.erase(*entry);
    }
    if (of(own).values.size() >= plan_->size) of(own).due = beginning_of_time;
    state_.touch(own);
  }

  // All that waits, in arrays of the size at most.
  void emit(Entry& entry, Output& output) {
    const std::vector<state::OwnedValue>& values = of(entry).values;
    for (std::size_t from = 0; from < values.size(); from += std::min(plan_->size, values.size() - from)) {
      const std::size_t size = std::min(plan_->size, values.size() - from);
      Batch& batch = output.building();
      Arena& arena = batch.arena();
      Value* const items = new_items(arena, size);
      for (std::size_t index = 0; index < size; ++index) items[index] = deep_copy(values[from + index].get(), arena);
      const Value key = plan_->by.key(state_.group(entry), arena, text_);
      const Batch::Row row = batch.append(Value::array(items, size));
      batch.set_key(row, key);
      batch.set_time(row, of(entry).latest);
    }
  }

  void erase(Entry& entry) {
    state_.grow(-static_cast<std::ptrdiff_t>(of(entry).owned_bytes()));
    state_.erase(entry);
  }

  std::shared_ptr<const BatchPlan> plan_;
  Clock& clock_;
  state::Timers& timers_;
  state::TypedState<Waiting> groups_;
  state::KeyedState& state_;
  std::string own_bytes_;
  Group own_;                    // of what this worker makes batches of, without `by`; its hash names the worker
  std::vector<Entry*> closing_;  // at the end, in jq's order of their groups
  std::size_t next_ = 0;         // of these
  std::string text_;
};

Result<OperatorPlan, OptionFaults> plan(const Options& options) {
  auto planned = std::make_shared<BatchPlan>();
  planned->by = GroupBy(options);
  if (const auto* const size = options.get<std::int64_t>("size")) planned->size = static_cast<std::size_t>(*size);
  if (const auto* const wait = options.get<Duration>("wait")) planned->wait = *wait;
  if (!options.has("size") && !options.has("wait"))
    return OptionFaults{{"", "missing-key",
                         "the options of `batch` have neither `size` nor `wait`, of which one is required",
                         "write `size: 100`"}};
  OperatorPlan plan;
  planned->by.add_reads(plan.reads);
  plan.reads.value = Projection::everything();
  plan.reads.time = true;
  plan.writes_value = true;
  plan.passes_records = false;
  plan.can_reject = !planned->by.is_one_group();
  plan.grows_without_bound = !planned->by.is_one_group() && !planned->wait;
  plan.end_hint = "write `wait: 1m`";
  plan.note = "the records of batches that are not full, in memory";
  if (!planned->by.is_one_group()) {
    plan.exchange = Exchange::by_group;
    plan.make_before_exchange = [planned](Context& context) {
      return std::make_unique<GroupSender>(context, planned->by);
    };
  }
  plan.make = [planned](Context& context) { return std::make_unique<MakeBatches>(context, planned); };
  return plan;
}

}  // namespace

OperatorEntry batch_operator() {
  Spec spec;
  spec.name = "batch";
  spec.summary = "gathers records into arrays";
  spec.options = {
      GroupBy::option(),
      {.name = "size",
       .type = OptionType::integer,
       .doc = "How many records an array has at most; one that is full is emitted.",
       .smallest = 1,
       .example = "100",
       .free_to_change = true},
      {.name = "wait",
       .type = OptionType::duration,
       .doc = "How long, by the wall clock, the first record of an array waits for others at most. One of `size` "
              "and `wait` is required.",
       .unit = "duration",
       .example = "5s",
       .free_to_change = true}};
  spec.options.front().doc =
      "What groups the records: an expression, or a mapping of names to expressions for a composite group; an array "
      "has records "
      "of one group. Absent: each worker gathers what comes to it.";
  spec.can_reject = true;
  spec.keeps_state = true;
  spec.example = "batch:\n  size: 100\n  wait: 5s\n";
  return {std::move(spec), plan};
}

}  // namespace flowrun
