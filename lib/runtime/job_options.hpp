#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "runtime/channel.hpp"
#include "runtime/continuation.hpp"
#include "state/store.hpp"

namespace flowrun {

/// How a job runs its plan. Clock and log outlive it.
struct JobOptions {
  Clock& clock;
  Log& log;
  std::size_t workers = 1;
  /// At the end of the input steps emit what is open; else it is kept for the next run.
  bool finishes_at_end = true;
  /// Between marks, where something was read in it.
  Duration epoch_interval = std::chrono::seconds(10);
  /// How long what is in flight may take after a stop.
  Duration drain_timeout = std::chrono::seconds(30);
  /// Where epochs are stored, and what the job goes on from; null: nowhere. Outlives the job.
  state::Store* store = nullptr;
  Discarding discarding = {};
  /// Goes on although partitions of the latest epoch, not read to their end, are not there any more.
  bool ignores_missing_partitions = false;
  /// Bytes that the state of all steps may take, on all workers.
  std::uint64_t most_state = std::numeric_limits<std::int64_t>::max();
  /// Of the hashes of groups, where there is no store that has its own.
  std::uint64_t group_seed = 0;
  ChannelLimits channel_limits = {};
  /// Encoded and not yet written, of each writer.
  std::size_t writer_bytes = 4 * 1024 * 1024;
};

}  // namespace flowrun
