#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "component/registry.hpp"
#include "operators/group_key.hpp"
#include "operators/window.hpp"

namespace flowrun {

/// Which of the values of a side a join keeps.
enum class JoinKeep { last, first, all };
/// When it emits: once all sides have spoken, at the end, or the current rows at every arrival.
enum class JoinEmit { complete, final, running };

/// A join as it was planned: what its operators on all workers share. Immutable.
struct JoinPlan {
  struct Side {
    std::string name;
    GroupBy by;
  };
  std::vector<Side> sides;  // by input
  JoinKeep keep = JoinKeep::last;
  JoinEmit emit = JoinEmit::complete;
  std::optional<std::size_t> on;   // the side whose arrivals emit; else all do
  Window window;                   // none: all of time
  std::optional<ClockKind> clock;  // of windows, where it was named
  std::optional<Duration> forget;

  bool emits_at(std::size_t side) const { return emit == JoinEmit::running && on.value_or(side) == side; }
  /// The value of a side whose arrival emits it is never looked at again where only the last counts and others do not emit.
  bool stores(std::size_t side) const { return !(keep == JoinKeep::last && emits_at(side) && on); }
  /// Records that match nothing have the group null.
  bool matches_nothing(std::string_view group) const;
};

/// The encoding of the group null.
const std::string& null_group();

/// The plan of the options, or every fault of them.
Result<std::shared_ptr<const JoinPlan>, OptionFaults> plan_join(const Options& options);

}  // namespace flowrun
