#pragma once

#include <memory>
#include <span>

#include "component/operator.hpp"
#include "operators/aggregate/pane_intake.hpp"
#include "operators/aggregate/pane_windows.hpp"
#include "operators/aggregate/partial_sender.hpp"
#include "operators/aggregate/provisional.hpp"

namespace flowrun {

/// The aggregate over windows of fixed size, or over all of time: holds a state per group and pane, and emits windows as the
/// clock of the step passes their ends, or before. Closing waits for the end of a batch unless a record would notice.
class PaneAggregate final : public Operator {
 public:
  PaneAggregate(Context& context, std::shared_ptr<const AggregatePlan> plan, bool takes_partials);

  Progress process(InputIndex input, Batch& batch, Output& output) override;
  Progress advance(ClockKind clock, Time time, Output& output) override;
  Progress finish(Output& output) override;
  void restored(Time watermark) override;
  Time closed_until() const override { return is_by_event() ? closed_until_ : windows_->last_closed(); }
  Time next_timer() const override;

 private:
  bool is_by_event() const { return clock_kind_ == ClockKind::event; }
  bool is_partial(const Batch& batch, Batch::Row row) const;
  void begin_batch(const Batch& batch);
  void take(Batch& batch, Output& output);
  bool take_row(const Batch& batch, Batch::Row row, Output& output);
  bool must_settle_first(Time pane) const;
  Time next_due() const;
  Progress settle(Output& output);

  std::shared_ptr<const AggregatePlan> plan_;
  Clock& wall_clock_;
  ClockKind clock_kind_;
  bool takes_partials_;
  state::PanedState& state_;
  PaneIntake intake_;
  PartialReceiver partials_;
  AggregateResults results_;
  std::unique_ptr<PaneWindows> windows_;
  ProvisionalResults provisional_;
  Time now_ =
      beginning_of_time;      // where the clock of the step stands, as far as records and watermarks have been taken in
  bool must_settle_ = false;  // before the next record
  Time closed_until_ = beginning_of_time;
};

}  // namespace flowrun
