#pragma once

#include <cstdint>
#include <deque>
#include <memory>

#include "component/sink.hpp"
#include "runtime/block_lane.hpp"
#include "runtime/progress.hpp"

namespace flowrun {

/// A writer and the lanes that lead to it: writes the blocks of all workers epoch by epoch, holding back lanes that are
/// ahead. On the I/O thread, but where something else is said.
class WriterTask {
 public:
  /// What a writer writes epoch by epoch.
  struct Setup {
    std::string resource;
    std::size_t lanes;    // all there will be
    std::uint64_t epoch;  // that the job goes on from
    bool stores_epochs;   // each is made durable
  };
  /// Before the job runs.
  WriterTask(std::unique_ptr<Writer> writer, Setup setup);

  /// The next lane, for a sink of the worker that `worker` wakes. Before the job runs.
  BlockLane& add_lane(std::size_t most_bytes, Bell& worker, Bell& io);

  Writer& writer() { return *writer_; }
  /// Writes a block of each lane that has one. False: there was nothing to do.
  bool step();
  /// The latest epoch of which all has been written (and made durable).
  std::uint64_t reached() const { return reached_; }
  const std::string& resource() const { return setup_.resource; }
  /// Of the first epoch it has reached whose position was not taken yet.
  Position take_position();

 private:
  bool step(std::size_t index);

  std::unique_ptr<Writer> writer_;
  Setup setup_;
  std::deque<BlockLane> lanes_;
  MarkAlignment alignment_;
  std::uint64_t reached_;
  std::deque<Position> positions_;  // of the epochs reached
};

}  // namespace flowrun
