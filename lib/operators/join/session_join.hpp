#pragma once

#include <memory>
#include <string>
#include <vector>

#include "component/operator.hpp"
#include "operators/join/late_side.hpp"
#include "operators/join/rows.hpp"
#include "operators/step_clock.hpp"
#include "state/session_state.hpp"

namespace flowrun {

/// The join over sessions: records of all sides make the sessions of a group. Those with the group null make sessions, too, in
/// which they match nothing.
class SessionJoin final : public Operator {
 public:
  SessionJoin(Context& context, std::shared_ptr<const JoinPlan> plan);

  Progress process(InputIndex input, Batch& batch, Output& output) override;
  Progress advance(ClockKind clock, Time time, Output& output) override;
  Progress finish(Output& output) override;
  void restored(Time watermark) override;
  Time closed_until() const override { return closed_until_; }
  Time next_timer() const override;

 private:
  using Entry = state::KeyedState::Entry;

  // The sessions of groups, or those of the group null.
  struct Part {
    Part(Context& context, const JoinPlan& plan, std::string name, JoinKeep keep);

    std::shared_ptr<const JoinLayout> layout;
    state::SessionState sessions;
  };
  struct Closed {
    Part* part;
    state::SessionState::Closed session;
  };

  Part& part_of(const Group& group) { return plan_->matches_nothing(group.bytes) ? unmatched_ : matched_; }
  bool must_close_first(const Batch& batch, Batch::Row row, Time now);
  void take(const JoinRows::Arrival& arrival, Time now, Output& output);
  void begin_rows(const JoinRows::Arrival& arrival, Part& part, const Entry& entry, state::Session& session);
  void settle();
  void take_closed(Time time);
  void begin_closed(const Closed& closed);
  Progress close_until(Time time, Output& output);
  WindowSpan span_of(const state::Session& session) const {
    return {session.first, session.last + plan_->window.gap()};
  }

  std::shared_ptr<const JoinPlan> plan_;
  Part matched_;
  Part unmatched_;
  StepClock clock_;
  JoinRows rows_;
  LateSide late_;

  std::size_t next_row_ = 0;            // of the batch at hand
  state::Session* complete_ = nullptr;  // forgets all once its rows are emitted

  std::vector<Closed> closed_;  // by end, start and group, to be emitted
  std::size_t next_ = 0;        // of these
  bool has_begun_ = false;      // the rows of that one
  Time closed_until_ = beginning_of_time;
};

}  // namespace flowrun
