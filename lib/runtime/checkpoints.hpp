#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "flow/plan.hpp"
#include "runtime/continuation.hpp"
#include "runtime/epoch_parts.hpp"
#include "state/store.hpp"

namespace flowrun {

/// What a job goes on from, and where its epochs go. Parts hand over what is theirs as each mark passes them (see EpochParts); the
/// I/O thread stores the epoch when all of it has been cut and written.
class Checkpoints {
 public:
  /// Throws Failure where the plan cannot go on from what is in the store (see prepare_to_go_on). Both outlive it.
  Checkpoints(const Plan& plan, state::Store& store, const Discarding& discarding);

  EpochParts& parts() { return parts_; }

  // What the latest epoch says, for a job that goes on; nothing in a new store.
  bool is_new() const { return store_.latest() == nullptr; }
  const state::PartitionNote* partition(std::string_view source, const PartitionName& name) const;
  /// Of the node; beginning_of_time where it had none.
  Time watermark(std::string_view node) const;
  /// Of all nodes of the step that closes windows for good beyond its watermark.
  Time closed_until(std::string_view step) const;
  /// Null for a writer that is new to the flow.
  const std::string* sink(std::string_view resource) const;
  void load(const state::Store::Visit& visit) { store_.load(visit); }

  /// Partitions of the latest epoch that are not among `found`, were not read to their end and so cannot be gone on with.
  std::vector<const state::PartitionNote*> missing(std::vector<state::PartitionNote> found) const;

  // On the I/O thread, or before it runs.
  void put(std::uint64_t epoch, std::vector<state::SinkNote> sinks);
  /// Does some of the store's housekeeping. False: there is none.
  bool tidy() { return store_.fold(); }

 private:
  const Plan& plan_;
  state::Store& store_;
  EpochParts parts_;
};

}  // namespace flowrun
