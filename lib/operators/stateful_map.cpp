#include <fmt/format.h>
#include <optional>
#include <utility>

#include "operators/forgetting.hpp"
#include "operators/group_key.hpp"
#include "operators/operators.hpp"
#include "operators/rewrite.hpp"
#include "state/encoding.hpp"
#include "state/owned_value.hpp"
#include "state/typed_state.hpp"

namespace flowrun {
namespace {

struct Remembered {
  state::OwnedValue value;
  Time latest = no_time;                   // of its records, by the step's clock
  state::TimerId timer = state::no_timer;  // of this run

  void encode(std::string& out) const {
    state::put(latest, out);
    state::put_value(value.get(), out);
  }
  bool decode(std::string_view bytes) {
    state::Reader reader(bytes);
    latest = reader.take<Time>();
    Arena arena;
    value.assign(reader.take_value(arena));
    return reader.complete();
  }
  void merge(Remembered&& later) { *this = std::move(later); }
  std::size_t owned_bytes() const { return value.owned_bytes(); }
};

struct StatefulMapPlan {
  GroupBy by;
  ProgramPtr init;    // null: `null`
  ProgramPtr state;   // $state
  ProgramPtr output;  // $state, $prev; null: $state
  std::optional<Duration> forget;
  ReadSet reads;
};

constexpr std::size_t state_variable = 0, previous_variable = 1;

// The outputs of a record, and the new state of its group.
class StateFunction final : public ValueFunction {
 public:
  using Entry = state::KeyedState::Entry;

  StateFunction(Context& context, std::shared_ptr<const StatefulMapPlan> plan)
      : plan_(std::move(plan)),
        forgetting_(context, plan_->forget),
        groups_(*context.state, "groups"),
        state_(groups_.keyed()),
        evaluation_(context, plan_->reads, 2) {
    evaluate_init();
  }

  Forgetting& forgetting() { return forgetting_; }
  void begin(const Batch& batch) { clock_.emplace(forgetting_.clock().before_rows(batch)); }

  bool apply(const Batch& batch, Batch::Row row, Arena& arena, std::vector<Value>& values, Output& output) override {
    if (forgetting_.is_on() && !forgetting_.clock().require_time(batch, row, output)) return false;
    const Time now = clock_->before(row);
    Entry* const entry = state_.find(batch.group(row));
    const bool is_known = entry != nullptr && !forgetting_.has_passed(of(*entry).latest, now);
    const Value old = is_known ? of(*entry).value.get() : init_.get();
    const std::size_t first = values.size();
    const Value made = evaluate(batch, row, old, arena, values);
    if (made.is_nothing()) {
      output.reject(batch, row, RejectKind::expression, error_);
      return false;
    }
    // What the outputs share with the old state goes with it.
    if (entry != nullptr && of(*entry).owned_bytes() > 0)
      for (std::size_t index = first; index < values.size(); ++index) values[index] = deep_copy(values[index], arena);
    remember(entry, batch.group(row), made, latest_of(is_known ? entry : nullptr, batch, row), now);
    return true;
  }

  void label(Batch& batch, std::span<const Batch::Row> rows) override {
    for (const Batch::Row row : rows) batch.set_key(row, plan_->by.key(batch.group(row).bytes, batch.arena(), text_));
  }

  void restored(Time watermark) {
    forgetting_.resume(watermark);
    for (Entry* const entry : state_.entries()) of(*entry).timer = forgetting_.resume(*entry, of(*entry).latest);
  }
  void advance(ClockKind clock, Time time) {
    forgetting_.advance(
        clock, time, [](Entry& entry) { return of(entry).latest; }, [this](Entry& entry) { drop(entry); },
        [](Entry& entry, state::TimerId timer) { of(entry).timer = timer; });
  }

 private:
  static Remembered& of(Entry& entry) { return *static_cast<Remembered*>(entry.state()); }

  void evaluate_init() {
    Arena arena;
    if (plan_->init == nullptr) return init_.assign(Value::null());
    const expr::Outcome outcome = evaluation_.one(*plan_->init, Value::null(), arena);
    if (outcome.outputs == expr::Outputs::one)
      init_.assign(outcome.value);
    else
      init_error_ = fault_of("init", outcome.outputs);
  }
  std::string fault_of(std::string_view option, expr::Outputs outputs) const {
    return fmt::format("{}: {}", option,
                       outputs == expr::Outputs::error  ? evaluation_.error()
                       : outputs == expr::Outputs::none ? no_output
                                                        : several_outputs);
  }

  // The new state; appends the outputs. Nothing: `error_` says why there is none.
  Value evaluate(const Batch& batch, Batch::Row row, const Value& old, Arena& arena, std::vector<Value>& values) {
    if (init_.is_nothing()) {
      error_ = init_error_;
      return {};
    }
    evaluation_.begin(batch, row, arena);
    evaluation_.set_own(state_variable, old);
    const expr::Outcome made = evaluation_.one(*plan_->state, batch.value(row), arena);
    if (made.outputs != expr::Outputs::one) {
      error_ = fault_of("state", made.outputs);
      return {};
    }
    if (plan_->output == nullptr) {
      values.push_back(made.value);
      return made.value;
    }
    evaluation_.set_own(state_variable, made.value);
    evaluation_.set_own(previous_variable, old);
    if (evaluation_.each(*plan_->output, batch.value(row), arena, values)) return made.value;
    error_ = fault_of("output", expr::Outputs::error);
    return {};
  }

  // `known`: the group's entry, where it has not been forgotten.
  Time latest_of(Entry* known, const Batch& batch, Batch::Row row) const {
    if (!forgetting_.is_on()) return no_time;
    const Time time = forgetting_.clock().time_of(batch, row);
    return known != nullptr ? std::max(of(*known).latest, time) : time;
  }

  void remember(Entry* entry, const Group& group, const Value& made, Time latest, Time now) {
    if (made.is_null() || forgetting_.has_passed(latest, now)) {
      if (entry != nullptr) erase(*entry);
      return;
    }
    const bool is_new = entry == nullptr;
    if (is_new) entry = &state_.find_or_create(group);
    Remembered& remembered = of(*entry);
    const std::size_t before = remembered.owned_bytes();
    remembered.value.assign(made);
    remembered.latest = latest;
    state_.grow(static_cast<std::ptrdiff_t>(remembered.owned_bytes()) - static_cast<std::ptrdiff_t>(before));
    state_.touch(*entry);
    if (is_new) remembered.timer = forgetting_.watch(*entry, latest);
  }

  void erase(Entry& entry) {
    forgetting_.unwatch(of(entry).timer);
    drop(entry);
  }
  void drop(Entry& entry) {
    state_.grow(-static_cast<std::ptrdiff_t>(of(entry).owned_bytes()));
    state_.erase(entry);
  }

  std::shared_ptr<const StatefulMapPlan> plan_;
  Forgetting forgetting_;
  state::TypedState<Remembered> groups_;
  state::KeyedState& state_;
  Evaluation evaluation_;
  state::OwnedValue init_;  // nothing: `init_error_` says why
  std::string init_error_;
  std::string error_;
  std::string text_;
  std::optional<WatermarkCursor> clock_;
};

class StatefulMap final : public Operator {
 public:
  StatefulMap(Context& context, std::shared_ptr<const StatefulMapPlan> plan)
      : StatefulMap(std::make_unique<StateFunction>(context, std::move(plan))) {}

  Progress process(InputIndex input, Batch& batch, Output& output) override {
    const Time reached = batch.watermarks().empty() ? beginning_of_time : batch.watermarks().back().watermark;
    function_.begin(batch);
    const Progress progress = rewrite_.process(input, batch, output);
    if (progress == Progress::done && function_.forgetting().clock().kind() == ClockKind::event)
      function_.forgetting().clock().reach(reached);
    return progress;
  }
  Progress advance(ClockKind clock, Time time, Output&) override {
    function_.advance(clock, time);
    return Progress::done;
  }
  Time next_timer() const override { return function_.forgetting().next_timer(); }
  void restored(Time watermark) override { function_.restored(watermark); }

 private:
  explicit StatefulMap(std::unique_ptr<StateFunction> function) : function_(*function), rewrite_(std::move(function)) {}

  StateFunction& function_;  // is rewrite_'s
  Rewrite rewrite_;
};

Result<OperatorPlan, OptionFaults> plan(const Options& options) {
  auto planned = std::make_shared<StatefulMapPlan>();
  planned->by = GroupBy(options);
  if (const auto* const init = options.get<ProgramPtr>("init")) planned->init = *init;
  planned->state = options.at<ProgramPtr>("state");
  if (const auto* const output = options.get<ProgramPtr>("output")) planned->output = *output;
  planned->forget = Forgetting::of(options);
  add_reads(*planned->state, planned->reads);
  if (planned->output != nullptr) add_reads(*planned->output, planned->reads);

  OperatorPlan plan;
  plan.reads = planned->reads;
  planned->by.add_reads(plan.reads);
  plan.reads.time = plan.reads.time || planned->forget.has_value();
  plan.exchange = Exchange::by_group;
  plan.writes_value = true;
  plan.passes_records = false;
  plan.can_reject = true;
  plan.has_clock = planned->forget.has_value();
  plan.end_hint = "write `forget: 1d`";
  plan.grows_without_bound = !planned->forget.has_value();
  plan.note = "a state per group in memory";
  plan.make_before_exchange = [planned](Context& context) {
    return std::make_unique<GroupSender>(context, planned->by);
  };
  plan.make = [planned](Context& context) { return std::make_unique<StatefulMap>(context, planned); };
  return plan;
}

}  // namespace

OperatorEntry stateful_map_operator() {
  Spec spec;
  spec.name = "stateful_map";
  spec.summary = "makes records of each record and what the group of that record remembers";
  spec.options = {
      GroupBy::option(),
      {.name = "init",
       .type = OptionType::expression,
       .doc = "The state of a group that has none; evaluated once, over null.",
       .default_text = "null",
       .example = "0"},
      {.name = "state",
       .type = OptionType::expression,
       .doc = "The new state of the group: `.` is the record, `$state` the old state. null discards the state, so that "
              "the "
              "group begins with `init` again.",
       .required = true,
       .example = "$state + .amount",
       .variables = {"state"}},
      {.name = "output",
       .type = OptionType::outputs,
       .doc = "Each output is a record, with the record's time and meta and the group as key: `.` is the record, "
              "`$state` the "
              "new state, `$prev` the old. Absent: `$state`.",
       .example = "{user, total: $state}",
       .variables = {"state", "prev"},
       .free_to_change = true},
      Forgetting::option(
          "A group is dropped when the step's clock has come that far beyond the time of its latest record")};
  spec.can_reject = true;
  spec.keeps_state = true;
  spec.example =
      "stateful_map:\n"
      "  by: .user\n"
      "  init: 0\n"
      "  state: $state + .amount\n"
      "  output: '{user, amount, total: $state}'\n"
      "  forget: 1d\n";
  return {std::move(spec), plan};
}

}  // namespace flowrun
