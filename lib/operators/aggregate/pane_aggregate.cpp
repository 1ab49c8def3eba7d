#include "operators/aggregate/pane_aggregate.hpp"

#include <algorithm>
#include <utility>

#include "operators/aggregate/sliding_windows.hpp"
#include "record/watermark_cursor.hpp"
#include "state/keyed_states.hpp"

namespace flowrun {
namespace {

std::unique_ptr<PaneWindows> make_windows(Context& context, const std::shared_ptr<const AggregatePlan>& plan,
                                          state::PanedState& state, AggregateResults& results) {
  if (plan->window.kind() == Window::Kind::sliding)
    return std::make_unique<SlidingWindows>(context, plan, state, results);
  return make_tumbling_windows(plan->window, state, results);
}

}  // namespace

PaneAggregate::PaneAggregate(Context& context, std::shared_ptr<const AggregatePlan> plan, bool takes_partials)
    : plan_(std::move(plan)),
      wall_clock_(*context.clock),
      clock_kind_(context.step_clock),
      takes_partials_(takes_partials),
      state_(context.state->open_panes("groups", plan_->layout)),
      intake_(context, plan_, state_),
      partials_(plan_, state_),
      results_(context, plan_),
      windows_(make_windows(context, plan_, state_, results_)),
      provisional_(context, plan_, state_, *windows_) {}

Progress PaneAggregate::process(InputIndex, Batch& batch, Output& output) {
  if (!is_by_event()) now_ = std::max(now_, wall_clock_.now());
  while (!batch.empty()) {
    if (must_settle_ && settle(output) == Progress::more) return Progress::more;
    take(batch, output);
  }
  if (is_by_event() && !batch.watermarks().empty()) now_ = std::max(now_, batch.watermarks().back().watermark);
  if (provisional_.emit_changed(now_, output) == Progress::more) return Progress::more;
  batch = Batch();
  return Progress::done;
}

// Takes records from the front of the batch, up to one before which something must be emitted.
void PaneAggregate::take(Batch& batch, Output& output) {
  const auto rows = batch.rows();
  WatermarkCursor watermarks(batch.watermarks(), now_);
  std::size_t taken = 0;
  for (; taken < rows.size(); ++taken) {
    intake_.look_ahead(batch, rows, taken);
    if (is_by_event()) now_ = watermarks.before(rows[taken]);
    if (!take_row(batch, rows[taken], output)) break;
  }
  intake_.add(batch);
  batch.drop_front(taken);
}

// False: something must be emitted first.
bool PaneAggregate::take_row(const Batch& batch, Batch::Row row, Output& output) {
  if (is_partial(batch, row)) {
    partials_.take(batch, row);
    return true;
  }
  const Time time = is_by_event() ? batch.time(row) : now_;
  if (time == no_time && !plan_->window.is_none()) {
    output.reject(batch, row, RejectKind::time, no_event_time);
    return true;
  }
  const Time pane = intake_.go_to(time);
  if (intake_.last_end() <= now_) {
    output.late(batch, row);
    return true;
  }
  if (must_settle_first(pane)) {
    must_settle_ = true;
    return false;
  }
  if (intake_.pane_end() <= now_) windows_->changing(pane, batch.group(row), now_);
  if (auto* const entry = intake_.take(batch, row, output); entry != nullptr && plan_->is_provisional())
    provisional_.changed(pane, *intake_.groups(), *entry, time, now_);
  return true;
}

bool PaneAggregate::is_partial(const Batch& batch, Batch::Row row) const {
  return takes_partials_ && (plan_->window.is_none() || batch.time(row) == no_time);
}

bool PaneAggregate::must_settle_first(Time pane) const {
  if (plan_->emission.when == Emission::When::every && next_due() <= now_) return true;
  return intake_.pane_end() <= now_ && windows_->must_close_first(pane, now_);
}

// Provisional results of what stays open come before the final ones.
Progress PaneAggregate::settle(Output& output) {
  if (provisional_.emit_due(now_, output) == Progress::more) return Progress::more;
  provisional_.close_until(now_);
  intake_.forget_pane();
  if (windows_->close_until(now_, output) == Progress::more) return Progress::more;
  must_settle_ = false;
  return Progress::done;
}

Progress PaneAggregate::advance(ClockKind clock, Time time, Output& output) {
  if (clock != clock_kind_) return Progress::done;
  now_ = std::max(now_, time);
  return settle(output);
}

Time PaneAggregate::next_due() const { return std::min(windows_->next_end(), provisional_.next_due()); }

Time PaneAggregate::next_timer() const { return is_by_event() ? end_of_time : next_due(); }

Progress PaneAggregate::finish(Output& output) {
  intake_.forget_pane();
  provisional_.close_until(end_of_time);
  if (windows_->close_until(end_of_time, output) == Progress::more) return Progress::more;
  if (!plan_->window.is_none()) closed_until_ = windows_->last_closed();
  return Progress::done;
}

void PaneAggregate::restored(Time watermark) {
  now_ = std::max(now_, watermark);
  windows_->restored(now_);
  provisional_.restored();
}

}  // namespace flowrun
