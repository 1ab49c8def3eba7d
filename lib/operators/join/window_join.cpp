#include "operators/join/window_join.hpp"

#include <algorithm>
#include <utility>

namespace flowrun {

WindowJoin::WindowJoin(Context& context, std::shared_ptr<const JoinPlan> plan)
    : plan_(std::move(plan)),
      layout_(std::make_shared<JoinLayout>(plan_->sides.size(), plan_->keep, JoinLayout::Order::time)),
      unmatched_layout_(std::make_shared<JoinLayout>(plan_->sides.size(), JoinKeep::all, JoinLayout::Order::time)),
      state_(context.state->open_panes("windows", layout_)),
      unmatched_(context.state->open_panes("unmatched", unmatched_layout_)),
      clock_(context),
      rows_(plan_) {}

Progress WindowJoin::process(InputIndex input, Batch& batch, Output& output) {
  WatermarkCursor clock = clock_.before_rows(batch);
  rows_.take_arrivals_from(batch);
  const auto rows = batch.rows();
  while (next_row_ < rows.size()) {
    if (rows_.emit(output) == Progress::more) return Progress::more;
    settle();
    const JoinRows::Arrival arrival{batch, rows[next_row_], input};
    const Time now = clock.before(arrival.row);
    if (!is_in_record_) is_in_record_ = begin_record(arrival, now, output);
    if (is_in_record_) {
      take(arrival, start_, now);
      is_in_record_ = start_ != last_start_;
      start_ += plan_->window.step();
    }
    if (!is_in_record_) ++next_row_;
  }
  if (rows_.emit(output) == Progress::more) return Progress::more;
  settle();
  clock_.pass(batch);
  next_row_ = 0;
  batch = Batch();
  return Progress::done;
}

// False: the record is in no window, since it is late or was rejected.
bool WindowJoin::begin_record(const JoinRows::Arrival& arrival, Time now, Output& output) {
  if (!clock_.require_time(arrival.batch, arrival.row, output)) return false;
  const Time pane = plan_->window.pane_of(clock_.time_of(arrival.batch, arrival.row));
  if (plan_->window.last_end(pane) <= now) {
    late_.emit(*plan_, arrival, output);
    return false;
  }
  start_ = plan_->window.first_start(pane);
  last_start_ = plan_->window.last_start(pane);
  return true;
}

void WindowJoin::take(const JoinRows::Arrival& arrival, Time start, Time now) {
  const WindowSpan span = plan_->window.from(start);
  if (span.end <= now) return;
  const Group& group = arrival.batch.group(arrival.row);
  if (plan_->matches_nothing(group.bytes)) {
    take_unmatched(arrival, start);
    return;
  }
  state::KeyedState& groups = state_.open(start);
  Entry& entry = groups.find_or_create(group);
  state_.grow(
      layout_->add(entry.state(), arrival.side, arrival.batch.value(arrival.row), arrival.batch.time(arrival.row)));
  groups.touch(entry);
  const bool completes = plan_->emit == JoinEmit::complete && layout_->is_complete(entry.state());
  if (!completes && !plan_->emits_at(arrival.side)) return;
  rows_.begin(*layout_, entry.state(), groups.group(entry), span);
  if (!completes) return;
  complete_in_ = &groups;
  complete_ = &entry;
}

void WindowJoin::take_unmatched(const JoinRows::Arrival& arrival, Time start) {
  const Value& value = arrival.batch.value(arrival.row);
  const Time time = arrival.batch.time(arrival.row);
  if (plan_->emits_at(arrival.side))
    rows_.begin_alone(arrival.side, value, time, null_group(), plan_->window.from(start));
  if (plan_->emit != JoinEmit::final) return;
  state::KeyedState& groups = unmatched_.open(start);
  Entry& entry = groups.find_or_create(arrival.batch.group(arrival.row));
  unmatched_.grow(unmatched_layout_->add(entry.state(), arrival.side, value, time));
  groups.touch(entry);
}

// All rows of a group that became complete have been emitted.
void WindowJoin::settle() {
  if (complete_ == nullptr) return;
  state_.grow(-static_cast<std::ptrdiff_t>(layout_->owned_bytes(complete_->state())));
  complete_in_->erase(*std::exchange(complete_, nullptr));
}

Time WindowJoin::next_start() const {
  Time start = end_of_time;
  for (const state::PanedState* const state : {&state_, &unmatched_})
    if (!state->panes().empty()) start = std::min(start, state->panes().begin()->first);
  return start;
}

Time WindowJoin::next_end() const {
  const Time start = next_start();
  return start == end_of_time ? end_of_time : plan_->window.from(start).end;
}

Progress WindowJoin::advance(ClockKind clock, Time time, Output& output) {
  if (clock != clock_.kind()) return Progress::done;
  clock_.reach(time);
  return close_until(time, output);
}

// What matches nothing comes first, as null is the first of all groups.
void WindowJoin::begin_closing(Time start) {
  is_closing_ = true;
  closing_.clear();
  next_ = 0;
  if (plan_->emit != JoinEmit::final) return;
  if (const state::KeyedState* const groups = unmatched_.find(start); groups != nullptr)
    rows_.begin_each_alone(*unmatched_layout_, groups->entries().front()->state(), plan_->window.from(start));
  if (const state::KeyedState* const groups = state_.find(start); groups != nullptr)
    closing_ = groups->sorted_entries();
}

Progress WindowJoin::close_until(Time time, Output& output) {
  while (next_end() <= time && next_start() != end_of_time) {
    const Time start = next_start();
    if (!is_closing_) begin_closing(start);
    for (;; ++next_) {
      if (rows_.emit(output) == Progress::more) return Progress::more;
      if (next_ == closing_.size()) break;
      const Entry& entry = *closing_[next_];
      rows_.begin(*layout_, entry.state(), state_.find(start)->group(entry), plan_->window.from(start));
    }
    is_closing_ = false;
    closed_until_ = plan_->window.from(start).end;
    for (state::PanedState* const state : {&state_, &unmatched_})
      if (state->find(start) != nullptr) state->close(start);
  }
  return Progress::done;
}

// What waits for its other sides stays.
Progress WindowJoin::finish(Output& output) {
  return plan_->emit == JoinEmit::final ? close_until(end_of_time, output) : Progress::done;
}

void WindowJoin::restored(Time watermark) {
  if (clock_.kind() == ClockKind::event) clock_.reach(watermark);
}

}  // namespace flowrun
