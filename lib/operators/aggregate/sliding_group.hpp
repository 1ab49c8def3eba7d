#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "operators/aggregate/state_merge.hpp"

namespace flowrun {

/// Copies of packed states, one behind the other in one piece of memory. They come at the back and go at the front.
class PaneStates {
 public:
  PaneStates() = default;
  ~PaneStates() { clear(); }
  PaneStates(const PaneStates&) = delete;
  PaneStates& operator=(const PaneStates&) = delete;

  bool empty() const { return size() == 0; }
  std::size_t size() const { return panes_.size() - gone_; }
  Time oldest() const { return panes_[gone_]; }
  /// By its number from the oldest on.
  void* state(std::size_t number) const { return at(gone_ + number); }
  void push(Time pane, const void* state, const GroupLayout& layout);
  void pop();
  void clear();
  void swap(PaneStates& other);
  std::size_t bytes() const;

 private:
  std::size_t words() const { return (layout_->size() + 7) / 8; }
  void* at(std::size_t place) const { return memory_.get() + place * words(); }
  void grow();

  const GroupLayout* layout_ = nullptr;  // known from the first one on
  std::vector<Time> panes_;
  std::unique_ptr<std::uint64_t[]> memory_;
  std::size_t capacity_ = 0;
  std::size_t gone_ = 0;  // at the front
};

/// The panes of a group that the window at hand takes, oldest first, and what they make together. Panes come at one end and
/// go at the other. Where sums may be kept, these are two stacks, as a queue with a minimum has them (Tangwongsan, Hirzel,
/// Schneider, "Low-Latency Sliding-Window Aggregation in Worst-Case Constant Time", 2017, section 2): of the older panes the
/// sums from each of them on, of the newer ones copies and one sum; so each pane is merged a few times, however many there are.
/// Else all are merged for each window, and their states must stay until they have gone from here.
class SlidingGroup {
 public:
  SlidingGroup() = default;
  ~SlidingGroup() { release_newer_sum(); }
  SlidingGroup(const SlidingGroup&) = delete;
  SlidingGroup& operator=(const SlidingGroup&) = delete;

  bool empty() const { return parts_.empty() && older_.empty() && newer_.empty(); }
  /// `pane` is later than all that are there; null `sums` keeps none.
  void push(Time pane, const void* state, StateMerge* sums);
  /// The oldest one goes, if it is `pane`.
  void pop(Time pane, StateMerge* sums);
  void clear();

  /// What all panes make together, perhaps in `room`. Null: merging has failed, and `merge` says why.
  const void* result(StateMerge& merge, StateRoom& room) const;

  /// Of the sums and the lists.
  std::size_t bytes() const;

  // Never stored, as it is made of what is.
  void encode(std::string&) const {}
  bool decode(std::string_view) { return true; }
  void merge(SlidingGroup&&) {}

 private:
  struct Part {
    Time pane;
    const void* state;
  };
  void flip(StateMerge& sums);
  void release_newer_sum();
  bool keeps_sums() const { return layout_ != nullptr; }
  const void* merge_all(StateMerge& merge, StateRoom& room) const;

  std::vector<Part> parts_;              // where no sums are kept
  const GroupLayout* layout_ = nullptr;  // of the sums; null: none are kept
  PaneStates older_;                     // each with all that are later among them
  PaneStates newer_;
  void* newer_sum_ = nullptr;
};

}  // namespace flowrun
