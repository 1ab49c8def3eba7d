#include "operators/aggregate/sliding_group.hpp"

#include <new>
#include <utility>

namespace flowrun {

void PaneStates::push(Time pane, const void* state, const GroupLayout& layout) {
  layout_ = &layout;
  if (panes_.size() == capacity_) grow();
  layout_->copy(state, at(panes_.size()));
  panes_.push_back(pane);
}

void PaneStates::pop() {
  layout_->destroy(at(gone_++));
  if (empty()) clear();
}

void PaneStates::clear() {
  for (std::size_t place = gone_; place < panes_.size(); ++place) layout_->destroy(at(place));
  panes_.clear();
  gone_ = 0;
}

void PaneStates::swap(PaneStates& other) {
  std::swap(layout_, other.layout_);
  std::swap(panes_, other.panes_);
  std::swap(memory_, other.memory_);
  std::swap(capacity_, other.capacity_);
  std::swap(gone_, other.gone_);
}

void PaneStates::grow() {
  const auto before = std::move(memory_);
  capacity_ = capacity_ == 0 ? 4 : 2 * capacity_;
  memory_ = std::make_unique_for_overwrite<std::uint64_t[]>(capacity_ * words());
  for (std::size_t place = gone_; place < panes_.size(); ++place) {
    void* const old = before.get() + place * words();
    layout_->copy(old, at(place));
    layout_->destroy(old);
  }
}

std::size_t PaneStates::bytes() const {
  return panes_.capacity() * sizeof(Time) + (layout_ != nullptr ? capacity_ * words() * 8 : 0);
}

void SlidingGroup::release_newer_sum() {
  if (newer_sum_ == nullptr) return;
  layout_->destroy(newer_sum_);
  ::operator delete(std::exchange(newer_sum_, nullptr));
}

void SlidingGroup::push(Time pane, const void* state, StateMerge* sums) {
  if (sums == nullptr) {
    parts_.push_back({pane, state});
    return;
  }
  layout_ = &sums->layout();
  newer_.push(pane, state, *layout_);
  if (newer_sum_ != nullptr) {
    sums->merge(newer_sum_, state);
  } else {
    newer_sum_ = ::operator new(layout_->size());
    layout_->copy(state, newer_sum_);
  }
}

void SlidingGroup::pop(Time pane, StateMerge* sums) {
  if (sums == nullptr) {
    if (!parts_.empty() && parts_.front().pane == pane) parts_.erase(parts_.begin());
    return;
  }
  if (older_.empty()) flip(*sums);
  if (!older_.empty() && older_.oldest() == pane) older_.pop();
}

// All of the newer panes become older ones.
void SlidingGroup::flip(StateMerge& sums) {
  older_.swap(newer_);
  for (std::size_t number = older_.size(); number-- > 1;) sums.merge(older_.state(number - 1), older_.state(number));
  release_newer_sum();
}

void SlidingGroup::clear() {
  parts_.clear();
  older_.clear();
  newer_.clear();
  release_newer_sum();
}

const void* SlidingGroup::result(StateMerge& merge, StateRoom& room) const {
  if (!keeps_sums()) return merge_all(merge, room);
  if (older_.empty()) return newer_sum_;
  if (newer_.empty()) return older_.state(0);
  room.set(older_.state(0));
  merge.merge(room.get(), newer_sum_);
  return room.get();
}

std::size_t SlidingGroup::bytes() const {
  const std::size_t sum = newer_sum_ != nullptr ? layout_->size() : 0;
  return parts_.capacity() * sizeof(Part) + older_.bytes() + newer_.bytes() + sum;
}

const void* SlidingGroup::merge_all(StateMerge& merge, StateRoom& room) const {
  if (parts_.size() == 1) return parts_.front().state;
  room.set(parts_.front().state);
  for (std::size_t index = 1; index < parts_.size(); ++index)
    if (!merge.merge(room.get(), parts_[index].state)) return nullptr;
  return room.get();
}

}  // namespace flowrun
