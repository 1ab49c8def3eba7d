#pragma once

#include <memory>
#include <string>
#include <vector>

#include "operators/aggregate/plan.hpp"

namespace flowrun {

/// Room for one packed state of an aggregate.
class StateRoom {
 public:
  explicit StateRoom(const GroupLayout& layout)
      : layout_(layout), memory_(std::make_unique<std::uint64_t[]>((layout.size() + 7) / 8)) {}
  ~StateRoom() { clear(); }
  StateRoom(const StateRoom&) = delete;
  StateRoom& operator=(const StateRoom&) = delete;

  void* get() { return memory_.get(); }
  void set(const void* from) {
    clear();
    layout_.copy(from, get());
    is_set_ = true;
  }
  void clear() {
    if (is_set_) layout_.destroy(get());
    is_set_ = false;
  }

 private:
  const GroupLayout& layout_;
  std::unique_ptr<std::uint64_t[]> memory_;
  bool is_set_ = false;
};

/// Merges states of the panes of a group, in the order of the panes, folds by their `merge`. On one worker.
class StateMerge {
 public:
  StateMerge(Context& context, std::shared_ptr<const AggregatePlan> plan);

  const GroupLayout& layout() const { return *plan_->layout; }

  /// Adds `later`, which stays as it is, to `state`. False: the `merge` of a fold has failed, and `state` is what it was.
  bool merge(void* state, const void* later);
  /// Why, and what it was given: a record for the errors output.
  void reject(Output& output) const;

 private:
  struct Fold {
    std::size_t value;  // its place among the plan's values
    std::unique_ptr<FoldEvaluation> evaluation;
  };
  bool merge_folds(const void* state, const void* later);
  void fail(const Fold& fold, const void* state, const void* later);

  std::shared_ptr<const AggregatePlan> plan_;
  std::vector<Fold> folds_;
  std::vector<Value> merged_;  // by fold
  Arena scratch_;
  StateRoom room_;
  Batch failed_;
  std::string error_;
};

}  // namespace flowrun
