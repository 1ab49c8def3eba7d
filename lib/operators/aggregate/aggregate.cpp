#include <utility>

#include "operators/aggregate/intake.hpp"
#include "operators/aggregate/partial_sender.hpp"
#include "operators/aggregate/results.hpp"
#include "operators/operators.hpp"
#include "state/keyed_states.hpp"

namespace flowrun {
namespace {

using Entry = state::KeyedState::Entry;

// Holds a state per group and emits it at the end, after each batch that changed it, or some time after a change.
class Aggregate final : public Operator {
 public:
  Aggregate(Context& context, std::shared_ptr<const AggregatePlan> plan, bool takes_partials)
      : plan_(std::move(plan)),
        clock_(*context.clock),
        timers_(context.state->system_timers()),
        state_(context.state->open("groups", plan_->layout)),
        intake_(context, plan_, state_),
        partials_(plan_, state_),
        takes_partials_(takes_partials),
        results_(context, plan_) {}

  Progress process(InputIndex, Batch& batch, Output& output) override {
    if (takes_partials_)
      partials_.take(batch);
    else if (!batch.empty())
      take(batch, output);
    batch = Batch();
    return emit_changed(output);
  }

  void restored(Time) override {
    for (Entry* const entry : state_.entries())
      if (const Time due = GroupLayout::header(entry->state()).due; due != no_time) timers_.set(due, *entry);
  }

  Time next_timer() const override { return timers_.next_due(); }

  Progress advance(ClockKind clock, Time time, Output& output) override {
    if (clock != ClockKind::system) return Progress::done;
    while (timers_.next_due() <= time) {
      if (output.full()) return Progress::more;
      Entry& entry = *timers_.take_due(time);
      GroupLayout::header(entry.state()).due = no_time;
      state_.touch(entry);
      results_.emit(state_, entry, false, output);
    }
    return Progress::done;
  }

  Progress finish(Output& output) override {
    timers_.clear();
    if (closing_.empty()) closing_ = state_.sorted_entries();
    for (; next_ < closing_.size(); ++next_) {
      if (output.full()) return Progress::more;
      results_.emit(state_, *closing_[next_], true, output);
    }
    closing_.clear();
    next_ = 0;
    state_.clear();
    return Progress::done;
  }

 private:
  void take(const Batch& batch, Output& output) {
    const Emission& emission = plan_->emission;
    const Time due = emission.when == Emission::When::every ? clock_.now() + emission.every : beginning_of_time;
    intake_.take(batch, output, [&](Entry& entry) {
      Time& waiting = GroupLayout::header(entry.state()).due;
      if (emission.when == Emission::When::at_close || waiting != no_time) return;
      waiting = due;
      if (emission.when == Emission::When::every)
        timers_.set(due, entry);
      else
        changed_.push_back(&entry);
    });
  }

  Progress emit_changed(Output& output) {
    for (; next_ < changed_.size(); ++next_) {
      if (output.full()) return Progress::more;
      GroupLayout::header(changed_[next_]->state()).due = no_time;
      results_.emit(state_, *changed_[next_], false, output);
    }
    changed_.clear();
    next_ = 0;
    return Progress::done;
  }

  std::shared_ptr<const AggregatePlan> plan_;
  Clock& clock_;
  state::Timers& timers_;
  state::KeyedState& state_;
  GroupIntake intake_;
  PartialReceiver partials_;
  bool takes_partials_;
  AggregateResults results_;
  std::vector<Entry*> changed_;  // in this batch, in the order of their first change
  std::vector<Entry*> closing_;  // at the end, in jq's order of their groups
  std::size_t next_ = 0;         // of the list that is being emitted
};

// Alone on its worker a step has no exchange to save records from.
bool sends_partials(const AggregatePlan& plan, const Context& context) {
  return context.workers > 1 && plan.may_send_partials();
}

Result<OperatorPlan, OptionFaults> plan(const Options& options) {
  auto planned = plan_aggregate(options);
  if (!planned.ok()) return std::move(planned.error());
  const std::shared_ptr<const AggregatePlan> aggregate = *planned;
  OperatorPlan plan;
  plan.exchange = Exchange::by_group;
  plan.reads = aggregate->reads;
  plan.reads.time = true;
  plan.writes_value = true;
  plan.passes_records = false;
  plan.can_reject = true;
  plan.waits_for_end = aggregate->emission.when == Emission::When::at_close;
  plan.note = aggregate->may_send_partials() ? "a state per group in memory; several workers exchange partial states"
                                             : "a state per group in memory";
  plan.make_before_exchange = [aggregate](Context& context) -> std::unique_ptr<Operator> {
    if (sends_partials(*aggregate, context)) return std::make_unique<PartialSender>(context, aggregate);
    return std::make_unique<GroupSender>(context, aggregate->by);
  };
  plan.make = [aggregate](Context& context) {
    return std::make_unique<Aggregate>(context, aggregate, sends_partials(*aggregate, context));
  };
  return plan;
}

OptionSpec fold_option() {
  const auto expression = [](std::string name, std::string doc, bool required, std::vector<std::string> variables,
                             std::string example) {
    return OptionSpec{.name = std::move(name),
                      .type = OptionType::expression,
                      .doc = std::move(doc),
                      .required = required,
                      .example = std::move(example),
                      .variables = std::move(variables)};
  };
  OptionSpec fold{.name = "fold",
                  .type = OptionType::options,
                  .doc = "A function of your own.",
                  .example = "{init: 0, add: $acc + .n}"};
  fold.nested = {
      expression("init", "The state of a group before its first record; evaluated once, over null.", true, {}, "0"),
      expression("add", "The state after a record: `.` is the record, `$acc` the state before it.", true, {"acc"},
                 "$acc + .n"),
      expression("merge", "The state of the records of `$acc`, which come first, and of `$other`.", false,
                 {"acc", "other"}, "$acc + $other"),
      OptionSpec{
          .name = "by_time",
          .type = OptionType::boolean,
          .doc = "Add records in the order of their event times, when the result is made; all are kept until then.",
          .default_text = "false",
          .example = "true"}};
  return fold;
}

OptionSpec values_option() {
  OptionSpec values{
      .name = "values",
      .type = OptionType::calls,
      .doc =
          "Names of fields, each with one call: `count` (records), `count(e)` (outputs that hold), `sum avg min max "
          "first last min_by max_by collect distinct any all stddev(e)`, `quantile(e; q)`, or a `fold`. Every output "
          "of `e` counts. `sum avg stddev quantile` skip null and reject a record with any other value that is no "
          "number; `min max` go by jq's order; `first last collect` by event time, ties by arrival; `min_by max_by` "
          "give the whole record.",
      .required = true,
      .example = "{total: sum(.amount), orders: count}"};
  for (const FunctionSpec& function : aggregate_functions()) values.choices.emplace_back(function.name);
  values.nested = {fold_option()};
  return values;
}

OptionSpec emit_option() {
  OptionSpec emit{
      .name = "emit",
      .type = OptionType::choice_or_options,
      .doc =
          "`at_close`: the result of each group when the input has ended. `changes`: also each group that a "
          "batch has changed, after the batch. `{every: d}`: also a group `d` after its first change since "
          "it was last emitted. The last two add `final: true | false`.",
      .default_text = "at_close",
      .example = "{every: 10s}",
      .choices = {"at_close", "changes"}};
  emit.nested = {OptionSpec{.name = "every",
                            .type = OptionType::duration,
                            .doc = "How long after its first change a group is emitted.",
                            .required = true,
                            .unit = "duration",
                            .example = "10s"}};
  return emit;
}

}  // namespace

OperatorEntry aggregate_operator() {
  Spec spec;
  spec.name = "aggregate";
  spec.summary = "makes one record of all records of a group: counts, sums, quantiles, lists, folds";
  spec.options = {GroupBy::option(), emit_option(), values_option()};
  spec.can_reject = true;
  spec.keeps_state = true;
  spec.example =
      "aggregate:\n"
      "  by:\n"
      "    user: .user\n"
      "  values:\n"
      "    total: sum(.amount)\n"
      "    orders: count\n";
  return {std::move(spec), plan};
}

}  // namespace flowrun
