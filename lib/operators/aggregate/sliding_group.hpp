#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "operators/aggregate/state_merge.hpp"

namespace flowrun {

/// The panes of a group that the window at hand takes, oldest first, and what they make together. Panes come at one end and
/// go at the other. Where sums may be kept, these are two stacks, as a queue with a minimum has them (Tangwongsan, Hirzel,
/// Schneider, "Low-Latency Sliding-Window Aggregation in Worst-Case Constant Time", 2017, section 2): of the older panes the
/// sums from each of them on, of the newer ones one sum; so each pane is merged a few times, however many there are. Else all
/// are merged for each window. States of panes must stay until they have gone from here.
class SlidingGroup {
 public:
  SlidingGroup() = default;
  ~SlidingGroup() { clear(); }
  SlidingGroup(const SlidingGroup&) = delete;
  SlidingGroup& operator=(const SlidingGroup&) = delete;

  bool empty() const { return older_.empty() && newer_.empty(); }
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
    void* sum = nullptr;  // of this pane and all older_ that are later
  };
  void* copy(const void* state);
  void flip(StateMerge& sums);
  void release(void* sum);
  bool keeps_sums() const { return layout_ != nullptr; }
  const void* merge_all(StateMerge& merge, StateRoom& room) const;

  const GroupLayout* layout_ = nullptr;  // of the sums; null: none are kept
  std::vector<Part> older_;              // the oldest is the last
  std::vector<Part> newer_;              // the oldest is the first
  void* newer_sum_ = nullptr;
};

}  // namespace flowrun
