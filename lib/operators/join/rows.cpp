#include "operators/join/rows.hpp"

#include <algorithm>

namespace flowrun {

JoinRows::JoinRows(std::shared_ptr<const JoinPlan> plan)
    : plan_(std::move(plan)), candidates_(plan_->sides.size()), chosen_(plan_->sides.size()) {}

void JoinRows::begin(std::string_view group) {
  group_ = group;
  has_more_ = true;
  fresh_side_ = no_side;
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

void JoinRows::begin(const JoinLayout& layout, const void* state, std::string_view group) {
  begin(group);
  for (std::size_t side = 0; side < candidates_.size(); ++side) add_kept(layout, state, side);
}

void JoinRows::begin(const JoinLayout& layout, const void* state, std::string_view group, const Arrival& arrival) {
  begin(group);
  for (std::size_t side = 0; side < candidates_.size(); ++side)
    if (side == arrival.side)
      candidates_[side].push_back({arrival.batch.value(arrival.row), arrival.batch.time(arrival.row)});
    else if (state != nullptr)
      add_kept(layout, state, side);
    else
      candidates_[side].push_back({Value::null(), no_time});
  fresh_side_ = arrival.side;
}

void JoinRows::begin_alone(std::size_t alone, const Value& value, Time time, std::string_view group) {
  begin(group);
  for (std::size_t side = 0; side < candidates_.size(); ++side)
    candidates_[side].push_back(side == alone ? Candidate{value, time} : Candidate{Value::null(), no_time});
}

Progress JoinRows::emit(Output& output) {
  while (has_more_) {
    if (output.full()) return Progress::more;
    emit_row(output);
    next_combination();
  }
  return Progress::done;
}

void JoinRows::emit_row(Output& output) {
  Batch& batch = output.building();
  Arena& arena = batch.arena();
  Member* const members = new_members(arena, candidates_.size());
  Time latest = no_time;
  for (std::size_t side = 0; side < candidates_.size(); ++side) {
    const Candidate& candidate = candidates_[side][chosen_[side]];
    const Value value = side == fresh_side_ ? candidate.value : deep_copy(candidate.value, arena);
    members[side] = {Value::text(plan_->sides[side].name), value};
    latest = std::max(latest, candidate.time);
  }
  if (fresh_side_ != no_side) batch.keep_memory_of(*source_);
  const Batch::Row row = batch.append(Value::object(members, candidates_.size()));
  batch.set_key(row, plan_->sides.front().by.key(group_, arena, text_));
  batch.set_time(row, latest);
}

// Of the last side first.
void JoinRows::next_combination() {
  for (std::size_t side = chosen_.size(); side-- > 0;) {
    if (++chosen_[side] < candidates_[side].size()) return;
    chosen_[side] = 0;
  }
  has_more_ = false;
}

}  // namespace flowrun
