#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "component/registry.hpp"
#include "operators/aggregate/fold.hpp"
#include "operators/aggregate/group_layout.hpp"
#include "operators/group_key.hpp"
#include "operators/window.hpp"

namespace flowrun {

/// An expression that is evaluated for every record: once, however many functions take its outputs.
struct AggregateColumn {
  ProgramPtr program;
  /// The first of `values` whose function takes numbers only, and that function; empty: any value will do.
  std::string numbers_for;
  std::string numbers_function;
  bool exactly_one = false;  // its outputs; else the record is rejected
};

/// One of the `values`.
struct AggregateValue {
  static constexpr std::size_t no_column = static_cast<std::size_t>(-1);

  std::string name;
  std::shared_ptr<const Accumulator> accumulator;
  std::size_t column = no_column;  // none for `count` and folds
  std::optional<FoldPrograms> fold;
};

/// When results are emitted.
struct Emission {
  enum class When { at_close, changes, every };
  When when = When::at_close;
  Duration every{};
};

/// An aggregate as it was planned: what its operators on all workers share. Immutable.
struct AggregatePlan {
  GroupBy by;
  std::vector<AggregateColumn> columns;
  std::vector<AggregateValue> values;
  Window window;
  std::optional<ClockKind> clock;  // where it was named
  Emission emission;
  ReadSet reads;  // of all expressions
  std::shared_ptr<const GroupLayout> layout;

  /// Senders may fold records into partial aggregates: nothing is emitted before a window has closed, no session bridges
  /// two, and all values merge exactly.
  bool may_send_partials() const;
  /// Some results come before the last word.
  bool is_provisional() const { return emission.when != Emission::When::at_close; }
  /// Sums of panes may be kept beside the panes: all values stay small and merge exactly.
  bool may_keep_sums() const;
};

/// The plan of the options, or every fault of them.
Result<std::shared_ptr<const AggregatePlan>, OptionFaults> plan_aggregate(const Options& options);

}  // namespace flowrun
