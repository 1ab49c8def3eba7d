#include "operators/aggregate/aggregate.hpp"

#include <utility>

#include "operators/aggregate/options.hpp"
#include "operators/aggregate/pane_aggregate.hpp"
#include "operators/aggregate/session_aggregate.hpp"
#include "operators/operators.hpp"

namespace flowrun {
namespace {

// Alone on its worker a step has no exchange to save records from. The panes of windows on the wall clock may have been
// closed at the receiver before the sender knows.
bool sends_partials(const AggregatePlan& plan, const Context& context) {
  return context.workers > 1 && plan.may_send_partials() &&
         (plan.window.is_none() || context.step_clock == ClockKind::event);
}

std::string note_of(const AggregatePlan& plan) {
  std::string note = plan.window.is_none()      ? "a state per group in memory"
                     : plan.window.is_session() ? "the open sessions of each group in memory"
                                                : "a state per group and pane of an open window in memory";
  if (plan.may_send_partials()) note += "; several workers exchange partial states";
  return note;
}

Result<OperatorPlan, OptionFaults> plan(const Options& options) {
  auto planned = plan_aggregate(options);
  if (!planned.ok()) return std::move(planned.error());
  return plan_of_aggregate(*planned);
}

}  // namespace

OperatorPlan plan_of_aggregate(const std::shared_ptr<const AggregatePlan>& aggregate) {
  OperatorPlan plan;
  plan.exchange = Exchange::by_group;
  plan.reads = aggregate->reads;
  plan.reads.time = true;
  plan.writes_value = true;
  plan.passes_records = false;
  plan.can_reject = true;
  plan.has_window = !aggregate->window.is_none();
  plan.has_clock = plan.has_window || aggregate->emission.when == Emission::When::every;
  plan.clock = aggregate->clock;
  plan.has_provisional_results = aggregate->is_provisional();
  if (plan.has_window) plan.outputs = {"late"};
  plan.waits_for_end = !plan.has_window && aggregate->emission.when == Emission::When::at_close;
  plan.note = note_of(*aggregate);
  plan.make_before_exchange = [aggregate](Context& context) -> std::unique_ptr<Operator> {
    if (sends_partials(*aggregate, context)) return std::make_unique<PartialSender>(context, aggregate);
    return std::make_unique<GroupSender>(context, aggregate->by);
  };
  plan.make = [aggregate](Context& context) -> std::unique_ptr<Operator> {
    if (aggregate->window.is_session()) return std::make_unique<SessionAggregate>(context, aggregate);
    return std::make_unique<PaneAggregate>(context, aggregate, sends_partials(*aggregate, context));
  };
  return plan;
}

OperatorEntry aggregate_operator() {
  Spec spec;
  spec.name = "aggregate";
  spec.summary = "makes one record of all records of a group and window: counts, sums, quantiles, lists, folds";
  spec.options = aggregate_options();
  spec.outputs = {"late"};
  spec.can_reject = true;
  spec.keeps_state = true;
  spec.example =
      "aggregate:\n"
      "  by:\n"
      "    user: .user\n"
      "  window: { tumbling: 1m }\n"
      "  values:\n"
      "    total: sum(.amount)\n"
      "    orders: count\n";
  return {std::move(spec), plan};
}

}  // namespace flowrun
