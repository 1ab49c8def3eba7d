#include "operators/join/rows.hpp"

#include <algorithm>

namespace flowrun {

JoinRows::JoinRows(std::shared_ptr<const JoinPlan> plan)
    : plan_(std::move(plan)), candidates_(plan_->sides.size()), chosen_(plan_->sides.size()) {}

void JoinRows::begin(std::string_view group, WindowSpan window) {
  group_ = group;
  window_ = window;
  has_more_ = true;
  alone_ = fresh_side_ = no_side;
  for (auto& candidates : candidates_) candidates.clear();
  std::fill(chosen_.begin(), chosen_.end(), 0);
}

void JoinRows::add_kept(const JoinLayout& layout, const void* state, std::size_t side) {
  std::vector<Candidate>& candidates = candidates_[side];
  if (!layout.has_spoken(state, side)) {
    candidates.push_back({Value::null(), no_time});
  } else if (layout.keeps_all()) {
    for (const TimedValues::Item& item : layout.values(state, side).items())
      candidates.push_back({item.value.get(), item.time});
  } else {
    const JoinValue& kept = layout.value(state, side);
    candidates.push_back({kept.value.get(), kept.time});
  }
}

void JoinRows::begin(const JoinLayout& layout, const void* state, std::string_view group, WindowSpan window) {
  begin(group, window);
  for (std::size_t side = 0; side < candidates_.size(); ++side) add_kept(layout, state, side);
}

void JoinRows::begin(const JoinLayout& layout, const void* state, std::string_view group, const Arrival& arrival) {
  begin(group, no_window);
  for (std::size_t side = 0; side < candidates_.size(); ++side)
    if (side == arrival.side)
      candidates_[side].push_back({arrival.batch.value(arrival.row), arrival.batch.time(arrival.row)});
    else if (state != nullptr)
      add_kept(layout, state, side);
    else
      candidates_[side].push_back({Value::null(), no_time});
  fresh_side_ = arrival.side;
}

void JoinRows::begin_alone(std::size_t side, const Value& value, Time time, std::string_view group, WindowSpan window) {
  begin(group, window);
  alone_ = side;
  candidates_[side].push_back({value, time});
}

void JoinRows::begin_each_alone(const JoinLayout& layout, const void* state, WindowSpan window) {
  begin(null_group(), window);
  for (std::size_t side = 0; side < candidates_.size(); ++side)
    if (layout.has_spoken(state, side)) add_kept(layout, state, side);
  alone_ = 0;
  next_alone();
}

Progress JoinRows::emit(Output& output) {
  while (has_more_) {
    if (output.full()) return Progress::more;
    emit_row(output);
    next_row();
  }
  return Progress::done;
}

void JoinRows::emit_row(Output& output) {
  Batch& batch = output.building();
  Arena& arena = batch.arena();
  Member* const members = new_members(arena, candidates_.size() + 2);
  std::size_t size = 0;
  Time latest = no_time;
  for (std::size_t side = 0; side < candidates_.size(); ++side) {
    Value value = Value::null();
    if (alone_ == no_side || alone_ == side) {
      const Candidate& candidate = candidates_[side][chosen_[side]];
      value = side == fresh_side_ ? candidate.value : deep_copy(candidate.value, arena);
      latest = std::max(latest, candidate.time);
    }
    members[size++] = {Value::text(plan_->sides[side].name), value};
  }
  if (window_.end != no_time) add_window(members, size, arena);
  if (fresh_side_ != no_side) batch.keep_memory_of(*source_);
  const Batch::Row row = batch.append(Value::object(members, size));
  batch.set_key(row, plan_->sides.front().by.key(group_, arena, text_));
  batch.set_time(row, latest);
}

void JoinRows::add_window(Member* members, std::size_t& size, Arena& arena) {
  members[size++] = {Value::text("window_start"), start_.of(window_.start, arena)};
  members[size++] = {Value::text("window_end"), end_.of(window_.end, arena)};
}

// Of the last side first.
void JoinRows::next_row() {
  if (alone_ != no_side) {
    ++chosen_[alone_];
    return next_alone();
  }
  for (std::size_t side = chosen_.size(); side-- > 0;) {
    if (++chosen_[side] < candidates_[side].size()) return;
    chosen_[side] = 0;
  }
  has_more_ = false;
}

void JoinRows::next_alone() {
  while (alone_ < candidates_.size() && chosen_[alone_] == candidates_[alone_].size()) ++alone_;
  has_more_ = alone_ < candidates_.size();
}

}  // namespace flowrun
