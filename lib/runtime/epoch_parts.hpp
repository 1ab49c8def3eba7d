#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "state/epoch.hpp"

namespace flowrun {

/// Gathers what the parts of a job hand over when the mark of an epoch passes them, until the epoch is cut and stored. That
/// of the next is gathered meanwhile. Any thread.
class EpochParts {
 public:
  void add(std::uint64_t epoch, std::vector<state::PartitionNote> partitions);
  /// Of one worker's copy of a node: the least of their watermarks counts.
  void add(std::uint64_t epoch, state::StepNote step, std::vector<state::StateChanges> changes);

  /// All that was handed over; notes in the order of their names.
  state::Epoch take(std::uint64_t epoch);

 private:
  std::mutex mutex_;
  std::map<std::uint64_t, state::Epoch> epochs_;
};

}  // namespace flowrun
