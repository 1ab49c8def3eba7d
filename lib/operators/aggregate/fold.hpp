#pragma once

#include <memory>
#include <string>
#include <vector>

#include "operators/aggregate/accumulator.hpp"
#include "operators/aggregate/timed_values.hpp"
#include "operators/evaluation.hpp"

namespace flowrun {

/// The programs of a `fold`. Own variables: `$acc`, in `merge` `$other` too.
struct FoldPrograms {
  ProgramPtr init;
  ProgramPtr add;
  ProgramPtr merge;  // may be null
  bool by_time = false;
};

/// The state of a fold in a group: what has been made of the records so far (each sample is the new state as a whole),
/// or, by time, the records themselves.
std::shared_ptr<const Accumulator> make_fold_accumulator(bool by_time);

/// Evaluates a fold on one worker.
class FoldEvaluation {
 public:
  FoldEvaluation(Context& context, FoldPrograms programs, const ReadSet& reads);

  bool by_time() const { return programs_.by_time; }

  /// The state of a group after a record; `state` is the accumulator's, or null for a new group. `nothing`: it failed,
  /// and `error` says why.
  Value add(const void* state, const Batch& batch, Batch::Row row, Arena& arena);
  /// The same from what has been made of the records so far.
  Value add_to(const Value& accumulated, const Batch& batch, Batch::Row row, Arena& arena);
  /// What `merge` makes of two states that are not by time; `nothing`: it failed, or had not one output.
  Value merge(const void* state, const void* later, Arena& arena);
  /// What stands in a state that is not by time.
  static const Value& accumulated(const void* state);
  const std::string& error() const { return error_; }

  /// The value of a group, in `arena`. By time, records are added now; one that fails is rejected and left out.
  Value result(const void* state, Arena& arena, Output& output);

 private:
  FoldPrograms programs_;
  Evaluation evaluation_;
  state::OwnedValue init_;
  std::string init_error_;
  std::string error_;
  Arena scratch_;
};

}  // namespace flowrun
