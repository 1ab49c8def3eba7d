#include "operators/aggregate/sliding_windows.hpp"

#include <algorithm>
#include <utility>

namespace flowrun {

SlidingWindows::SlidingWindows(Context& context, std::shared_ptr<const AggregatePlan> plan, state::PanedState& state,
                               AggregateResults& results)
    : plan_(std::move(plan)),
      window_(plan_->window),
      state_(state),
      results_(results),
      merge_(context, plan_),
      room_(*plan_->layout),
      live_("live", std::make_shared<state::LayoutOf<SlidingGroup>>()) {}

// The start of the first window that is open and has a record; end_of_time: none has.
Time SlidingWindows::next_start() const {
  if (live_.size() > 0) return first_start_;
  if (state_.panes().empty()) return end_of_time;
  return std::max(first_start_, window_.first_start(state_.panes().begin()->first));
}

Time SlidingWindows::next_end() const {
  const Time start = next_start();
  return start == end_of_time ? end_of_time : window_.from(start).end;
}

// A window is open whose end is beyond `closed`.
Time SlidingWindows::first_start_after(Time closed) const { return window_.first_start(closed); }

bool SlidingWindows::has_closed_window(Time pane, Time now) const {
  return window_.from(window_.first_start(pane)).end <= now;
}

bool SlidingWindows::must_close_first(Time pane, Time now) const {
  return next_end() <= now && has_closed_window(pane, now);
}

// All windows that have ended are closed where one that takes the pane has.
void SlidingWindows::changing(Time pane, const Group& group, Time now) {
  if (!has_closed_window(pane, now)) return;
  first_start_ = std::max(first_start_, first_start_after(now));
  if (pane < entered_) changed_.push_back({std::string(group.bytes), group.hash});
}

void SlidingWindows::restored(Time closed) {
  if (closed != beginning_of_time) first_start_ = first_start_after(closed);
}

Progress SlidingWindows::close_until(Time time, Output& output) {
  while (next_end() <= time) {
    const Time start = next_start();
    if (next_end() == end_of_time) break;
    if (!is_emitting_) enter(start);
    if (emit(start, output) == Progress::more) return Progress::more;
    last_closed_ = window_.from(start).end;
    first_start_ = start + window_.step();
    leave();
  }
  return Progress::done;
}

// The panes of the window come to the live groups.
void SlidingWindows::enter(Time start) {
  const Time end = window_.from(start).end;
  first_start_ = start;
  rebuild_changed();
  const auto& panes = state_.panes();
  for (auto pane = panes.lower_bound(std::max(entered_, start)); pane != panes.end() && pane->first < end; ++pane)
    pane->second->each([&, time = pane->first, groups = pane->second.get()](Entry& entry) {
      live_group({groups->group(entry), entry.hash()}).push(time, entry.state(), sums());
    });
  entered_ = std::max(entered_, end);
  if (!is_sorted_) sorted_ = live_.sorted_entries();
  is_sorted_ = is_emitting_ = true;
}

SlidingGroup& SlidingWindows::live_group(const Group& group) {
  const std::size_t before = live_.size();
  Entry& live = live_.find_or_create(group);
  if (live_.size() != before) is_sorted_ = false;
  return group_of(live);
}

// Sums of panes that have changed since do not hold any more. This is rare: only a record behind the watermark does it.
void SlidingWindows::rebuild_changed() {
  const auto& panes = state_.panes();
  for (const Changed& changed : changed_) {
    const Group group{changed.group, changed.hash};
    SlidingGroup& live = live_group(group);
    live.clear();
    for (auto pane = panes.lower_bound(first_start_); pane != panes.end() && pane->first < entered_; ++pane)
      if (const Entry* const entry = pane->second->find(group); entry != nullptr)
        live.push(pane->first, entry->state(), sums());
  }
  changed_.clear();
}

Progress SlidingWindows::emit(Time start, Output& output) {
  for (; next_ < sorted_.size(); ++next_) {
    if (output.full()) return Progress::more;
    Entry& entry = *sorted_[next_];
    if (const void* const state = group_of(entry).result(merge_, room_); state != nullptr)
      results_.emit({live_.group(entry), state, window_.from(start), true}, output);
    else
      merge_.reject(output);
    live_bytes_ += group_of(entry).bytes();
  }
  count_live(live_.bytes() + std::exchange(live_bytes_, 0));
  next_ = 0;
  is_emitting_ = false;
  return Progress::done;
}

// What is kept beside the panes counts as state, too.
void SlidingWindows::count_live(std::size_t bytes) {
  state_.grow(static_cast<std::ptrdiff_t>(bytes - std::exchange(counted_bytes_, bytes)));
}

// The panes that no open window takes go.
void SlidingWindows::leave() {
  while (!state_.panes().empty() && state_.panes().begin()->first < first_start_) {
    const auto& [pane, groups] = *state_.panes().begin();
    leave_pane(*groups, pane);
    state_.close(state_.panes().begin()->first);
  }
  if (live_.size() > 0) return;
  live_.clear();
  count_live(0);
}

void SlidingWindows::leave_pane(const state::KeyedState& groups, Time pane) {
  groups.each([&](const Entry& entry) {
    Entry* const live = live_.find({groups.group(entry), entry.hash()});
    if (live == nullptr) return;
    group_of(*live).pop(pane, sums());
    if (!group_of(*live).empty()) return;
    live_.erase(*live);
    is_sorted_ = false;
  });
}

void SlidingWindows::emit_provisional(Time start, const state::KeyedState& groups, const Entry& entry, Output& output) {
  const Group group{groups.group(entry), entry.hash()};
  const WindowSpan span = window_.from(start);
  SlidingGroup all;
  const auto& panes = state_.panes();
  for (auto pane = panes.lower_bound(start); pane != panes.end() && pane->first < span.end; ++pane)
    if (const Entry* const part = pane->second->find(group); part != nullptr)
      all.push(pane->first, part->state(), nullptr);
  if (const void* const state = all.result(merge_, room_); state != nullptr)
    results_.emit({group.bytes, state, span, false}, output);
  else
    merge_.reject(output);
}

}  // namespace flowrun
