#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "state/change_log.hpp"

namespace flowrun::state {

/// Where a partition of a source stands: its next record is the first that the epoch has not seen.
struct PartitionNote {
  std::string source;  // the name of the source's node
  std::string resource;
  std::int32_t number = 0;
  std::string position;  // the source's own note of the next record
  bool has_ended = false;
  Duration silence{};           // for how long it has had nothing more
  Time largest_time = no_time;  // of its records, where a step sets event times by it
};

/// How far a step has come: its watermark, and what it has closed beyond that.
struct StepNote {
  std::string node;
  Time watermark = beginning_of_time;
  Time closed_until = beginning_of_time;
};

/// What has been written to a sink when all before the mark of the epoch was.
struct SinkNote {
  std::string resource;
  std::string position;  // the writer's own note
};

/// What the state of a stateful step depends on, as it stood in the flow: another text there is another state.
struct StepFingerprint {
  std::string step;
  std::string text;
};

/// What is stored whole with each epoch, beside the changes of state.
struct EpochNotes {
  std::uint64_t epoch = 0;
  std::string flow;
  std::vector<PartitionNote> partitions;
  std::vector<StepNote> steps;
  std::vector<SinkNote> sinks;
  std::vector<StepFingerprint> fingerprints;
};

/// What changed in one state of one node since the epoch before, on one worker: the one that has the groups whose hash is
/// `worker` modulo `workers`. A pane that it has closed is closed for its groups alone, since workers need not be at the
/// same system time when they are cut.
struct StateChanges {
  std::string node;
  std::string state;
  ChangeLog changes;
  std::uint32_t worker = 0;
  std::uint32_t workers = 1;
};

/// A cut through a whole job.
struct Epoch {
  EpochNotes notes;
  std::vector<StateChanges> changes;
};

}  // namespace flowrun::state
