#include "operators/aggregate/sliding_group.hpp"

#include <new>
#include <utility>

namespace flowrun {

void* SlidingGroup::copy(const void* state) {
  void* const sum = ::operator new(layout_->size());
  layout_->copy(state, sum);
  return sum;
}

void SlidingGroup::release(void* sum) {
  if (sum == nullptr) return;
  layout_->destroy(sum);
  ::operator delete(sum);
}

void SlidingGroup::push(Time pane, const void* state, StateMerge* sums) {
  newer_.push_back({pane, state});
  if (sums == nullptr) return;
  layout_ = &sums->layout();
  if (newer_sum_ == nullptr)
    newer_sum_ = copy(state);
  else
    sums->merge(newer_sum_, state);
}

void SlidingGroup::pop(Time pane, StateMerge* sums) {
  if (sums == nullptr) {
    if (!newer_.empty() && newer_.front().pane == pane) newer_.erase(newer_.begin());
    return;
  }
  if (older_.empty()) flip(*sums);
  if (older_.empty() || older_.back().pane != pane) return;
  release(older_.back().sum);
  older_.pop_back();
}

// All of the newer panes become older ones.
void SlidingGroup::flip(StateMerge& sums) {
  for (; !newer_.empty(); newer_.pop_back()) {
    Part part = newer_.back();
    part.sum = copy(part.state);
    if (!older_.empty()) sums.merge(part.sum, older_.back().sum);
    older_.push_back(part);
  }
  release(std::exchange(newer_sum_, nullptr));
}

void SlidingGroup::clear() {
  for (const Part& part : older_) release(part.sum);
  older_.clear();
  newer_.clear();
  release(std::exchange(newer_sum_, nullptr));
}

const void* SlidingGroup::result(StateMerge& merge, StateRoom& room) const {
  if (!keeps_sums()) return merge_all(merge, room);
  if (older_.empty()) return newer_sum_;
  if (newer_.empty()) return older_.back().sum;
  room.set(older_.back().sum);
  merge.merge(room.get(), newer_sum_);
  return room.get();
}

std::size_t SlidingGroup::bytes() const {
  const std::size_t lists = (older_.capacity() + newer_.capacity()) * sizeof(Part);
  const std::size_t sums = older_.size() + (newer_sum_ != nullptr ? 1 : 0);
  return lists + (keeps_sums() ? sums * layout_->size() : 0);
}

const void* SlidingGroup::merge_all(StateMerge& merge, StateRoom& room) const {
  if (newer_.size() == 1) return newer_.front().state;
  room.set(newer_.front().state);
  for (std::size_t index = 1; index < newer_.size(); ++index)
    if (!merge.merge(room.get(), newer_[index].state)) return nullptr;
  return room.get();
}

}  // namespace flowrun
