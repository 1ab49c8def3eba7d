#include "operators/aggregate/provisional.hpp"

#include <algorithm>
#include <utility>

namespace flowrun {
namespace {

using When = Emission::When;

Time& waiting_since(state::KeyedState::Entry& entry) { return GroupLayout::header(entry.state()).waiting_since; }

}  // namespace

ProvisionalResults::ProvisionalResults(Context& context, std::shared_ptr<const AggregatePlan> plan,
                                       state::PanedState& state, PaneWindows& windows)
    : plan_(std::move(plan)), windows_(windows), marks_(&state), has_begun_(context.step_clock == ClockKind::system) {
  if (is_sliding() && plan_->emission.when != When::at_close)
    marks_ = &context.state->open_panes(
        "changed", std::make_shared<GroupLayout>(std::vector<std::shared_ptr<const Accumulator>>()));
}

void ProvisionalResults::changed(Time pane, state::KeyedState& groups, state::KeyedState::Entry& entry, Time now) {
  if (!is_sliding()) return note({now, pane, &groups, &entry});
  const Window& window = plan_->window;
  const Group group{groups.group(entry), entry.hash()};
  for (Time start = window.first_start(pane); start <= window.last_start(pane); start += window.step()) {
    if (end_of(start) <= now) continue;
    state::KeyedState& marks = marks_->open(start);
    note({now, start, &marks, &marks.find_or_create(group)});
  }
}

void ProvisionalResults::note(const Change& change) {
  Time& since = waiting_since(*change.entry);
  if (since != no_time) return;
  since = change.since;
  change.groups->touch(*change.entry);
  if (plan_->emission.when == When::changes)
    changed_.push_back(change);
  else
    waiting_.push_back(change);
}

Time ProvisionalResults::next_due() const {
  return waiting_.empty() || !has_begun_ ? end_of_time : waiting_.front().since + plan_->emission.every;
}

// A watermark is the first sign of where the clock of the records stands: what changed before it changed then.
void ProvisionalResults::begin_clock(Time now) {
  has_begun_ = true;
  for (Change& change : waiting_) {
    if (change.since != beginning_of_time) continue;
    change.since = now;
    if (marks_->find(change.start) == nullptr) continue;
    waiting_since(*change.entry) = now;
    change.groups->touch(*change.entry);
  }
}

Progress ProvisionalResults::emit_due(Time now, Output& output) {
  if (!has_begun_ && now > beginning_of_time) begin_clock(now);
  for (; next_due() <= now; waiting_.pop_front()) {
    const Change& change = waiting_.front();
    if (end_of(change.start) <= now || marks_->find(change.start) == nullptr) continue;
    if (output.full()) return Progress::more;
    emit(change, output);
  }
  return Progress::done;
}

Progress ProvisionalResults::emit_changed(Time now, Output& output) {
  for (; next_ < changed_.size(); ++next_) {
    if (end_of(changed_[next_].start) <= now) continue;
    if (output.full()) return Progress::more;
    emit(changed_[next_], output);
  }
  changed_.clear();
  next_ = 0;
  return Progress::done;
}

void ProvisionalResults::emit(const Change& change, Output& output) {
  waiting_since(*change.entry) = no_time;
  change.groups->touch(*change.entry);
  windows_.emit_provisional(change.start, *change.groups, *change.entry, output);
}

void ProvisionalResults::close_until(Time now) {
  std::erase_if(changed_, [&](const Change& change) { return end_of(change.start) <= now; });
  if (!is_sliding() || plan_->emission.when == When::at_close) return;
  while (!marks_->panes().empty() && end_of(marks_->panes().begin()->first) <= now)
    marks_->close(marks_->panes().begin()->first);
}

void ProvisionalResults::restored(Time now) {
  has_begun_ = has_begun_ || now > beginning_of_time;
  for (const auto& [start, groups] : marks_->panes())
    for (state::KeyedState::Entry* const entry : groups->entries())
      if (const Time since = waiting_since(*entry); since != no_time)
        waiting_.push_back({since, start, groups.get(), entry});
  std::sort(waiting_.begin(), waiting_.end(),
            [](const Change& left, const Change& right) { return left.since < right.since; });
}

}  // namespace flowrun
