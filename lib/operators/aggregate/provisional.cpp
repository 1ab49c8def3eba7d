#include "operators/aggregate/provisional.hpp"

#include <algorithm>
#include <utility>

namespace flowrun {
namespace {

using When = Emission::When;

// For a heap whose front is due first.
constexpr auto is_later = [](const auto& left, const auto& right) {
  return left.since != right.since ? left.since > right.since : left.order > right.order;
};

Time& waiting_since(state::KeyedState::Entry& entry) { return GroupLayout::header(entry.state()).waiting_since; }

}  // namespace

ProvisionalResults::ProvisionalResults(Context& context, std::shared_ptr<const AggregatePlan> plan,
                                       state::PanedState& state, PaneWindows& windows)
    : plan_(std::move(plan)), windows_(windows), marks_(&state) {
  if (is_sliding() && plan_->emission.when != When::at_close)
    marks_ = &context.state->open_panes(
        "changed", std::make_shared<GroupLayout>(std::vector<std::shared_ptr<const Accumulator>>()));
}

void ProvisionalResults::changed(Time pane, state::KeyedState& groups, state::KeyedState::Entry& entry, Time time,
                                 Time now) {
  // Before the first watermark a record is all that says what time it is.
  const Time since = now == beginning_of_time && time != no_time ? time : now;
  if (!is_sliding()) return note({since, pane, noted_++, &groups, &entry});
  const Window& window = plan_->window;
  const Group group{groups.group(entry), entry.hash()};
  for (Time start = window.first_start(pane); start <= window.last_start(pane); start += window.step()) {
    if (end_of(start) <= now) continue;
    state::KeyedState& marks = marks_->open(start);
    note({since, start, noted_++, &marks, &marks.find_or_create(group)});
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
    wait(change);
}

void ProvisionalResults::wait(const Change& change) {
  waiting_.push_back(change);
  std::push_heap(waiting_.begin(), waiting_.end(), is_later);
}

void ProvisionalResults::stop_waiting() {
  std::pop_heap(waiting_.begin(), waiting_.end(), is_later);
  waiting_.pop_back();
}

Time ProvisionalResults::next_due() const { return waiting_.empty() ? end_of_time : due(waiting_.front()); }

// What is due when its window ends, or later, gives its final result only; this does not depend on how the clock moves.
Progress ProvisionalResults::emit_due(Time now, Output& output) {
  for (; !waiting_.empty() && next_due() <= now; stop_waiting()) {
    const Change& change = waiting_.front();
    if (end_of(change.start) <= due(change) || marks_->find(change.start) == nullptr) continue;
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

void ProvisionalResults::restored() {
  for (const auto& [start, groups] : marks_->panes())
    for (state::KeyedState::Entry* const entry : groups->entries())
      if (const Time since = waiting_since(*entry); since != no_time)
        wait({since, start, noted_++, groups.get(), entry});
}

}  // namespace flowrun
