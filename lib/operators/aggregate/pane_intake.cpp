#include "operators/aggregate/pane_intake.hpp"

#include <algorithm>
#include <utility>

namespace flowrun {

PaneIntake::PaneIntake(Context& context, std::shared_ptr<const AggregatePlan> plan, state::PanedState& state)
    : plan_(std::move(plan)), state_(state), records_(context, plan_) {}

void PaneIntake::look_up(Time time) {
  const Window& window = plan_->window;
  start_ = window.pane_of(time);
  end_ = window.pane_end(start_);
  last_end_ = window.last_end(start_);
  groups_ = state_.find(start_);
}

state::KeyedState& PaneIntake::open_groups() {
  if (groups_ == nullptr) groups_ = &state_.open(start_);
  return *groups_;
}

PaneIntake::Entry* PaneIntake::take(const Batch& batch, Batch::Row row, Output& output) {
  const Group& group = batch.group(row);
  RecordIntake::Before before;
  if (records_.needs_state() && groups_ != nullptr)
    if (const Entry* const known = groups_->find(group); known != nullptr) before.state = known->state();
  if (!records_.evaluate(batch, row, before, output)) return nullptr;
  Entry& entry = open_groups().find_or_create(group);
  groups_->touch(entry);
  GroupHeader& header = GroupLayout::header(entry.state());
  header.latest = std::max(header.latest, batch.time(row));
  state_.grow(records_.accept(batch, row, entry.state()));
  if (records_.is_full()) add(batch);
  return &entry;
}

void PaneIntake::forget_pane() {
  start_ = end_of_time;
  end_ = beginning_of_time;
  groups_ = nullptr;
}

}  // namespace flowrun
