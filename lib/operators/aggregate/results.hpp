#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "operators/aggregate/plan.hpp"
#include "operators/time_text.hpp"
#include "operators/window.hpp"

namespace flowrun {

/// The state of a group in a window, which is about to be emitted.
struct GroupResult {
  std::string_view group;  // its canonical bytes
  const void* state;
  WindowSpan window{no_time, no_time};  // no times: there are no windows
  bool is_final = true;
};

/// Makes the records of groups: the fields of the group, start and end of the window, the values in the order written,
/// `final` where results are emitted before the end. Key is the group, meta empty; the time is the last of the window, or
/// that of the group's latest record. On one worker.
class AggregateResults {
 public:
  AggregateResults(Context& context, std::shared_ptr<const AggregatePlan> plan);

  void emit(const GroupResult& result, Output& output);

 private:
  std::size_t add_group(const Value& group, Member* members) const;
  Value value_of(std::size_t index, const void* state, Arena& arena, Output& output);
  Value key_of(const Value& group, Arena& arena);

  std::shared_ptr<const AggregatePlan> plan_;
  std::vector<std::unique_ptr<FoldEvaluation>> folds_;  // by value; null for functions
  std::string text_;
  TimeText start_;
  TimeText end_;
};

}  // namespace flowrun
