#pragma once

#include <memory>
#include <vector>

#include "component/operator.hpp"
#include "operators/aggregate/intake.hpp"
#include "operators/aggregate/results.hpp"
#include "state/session_state.hpp"

namespace flowrun {

/// The aggregate over sessions: holds the open sessions of each group, and emits each when the clock of the step is beyond
/// its end. Closing waits for the end of a batch unless a record of the group comes before.
class SessionAggregate final : public Operator {
 public:
  SessionAggregate(Context& context, std::shared_ptr<const AggregatePlan> plan);

  Progress process(InputIndex input, Batch& batch, Output& output) override;
  Progress advance(ClockKind clock, Time time, Output& output) override;
  Progress finish(Output& output) override;
  void restored(Time watermark) override;
  Time closed_until() const override { return closed_until_; }
  Time next_timer() const override { return is_by_event() ? end_of_time : sessions_.next_due(); }

 private:
  using Entry = state::KeyedState::Entry;

  bool is_by_event() const { return clock_kind_ == ClockKind::event; }
  void take(Batch& batch, Output& output);
  bool take_row(const Batch& batch, Batch::Row row, Output& output);
  void add(const Batch& batch, Batch::Row row, Time time, Entry* known, state::SessionState::Found found,
           Output& output);
  Progress close_until(Time time, Output& output);

  std::shared_ptr<const AggregatePlan> plan_;
  Clock& wall_clock_;
  ClockKind clock_kind_;
  state::SessionState sessions_;
  RecordIntake records_;
  AggregateResults results_;
  Time now_ =
      beginning_of_time;     // where the clock of the step stands, as far as records and watermarks have been taken in
  bool must_close_ = false;  // before the next record
  std::vector<state::SessionState::Closed> closed_;  // by end, start and group, to be emitted
  std::size_t next_ = 0;                             // of these
  Time closed_until_ = beginning_of_time;
};

}  // namespace flowrun
