#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "flow/flow.hpp"
#include "flow/flow_test.hpp"
#include "os/event.hpp"
#include "record/batch.hpp"

namespace flowrun {

/// What a test sends out of one source of a flow, as one partition, which any number of jobs read one after the other.
/// Outlives them; thread-safe.
class ScriptSource {
 public:
  explicit ScriptSource(std::string name) : name_(std::move(name)) {}

  /// Records are one batch (or as few as hold them), bytes go through the framing and decoding of the source. `send`
  /// outlives the job.
  void send(const TestSend& send);
  void end();
  /// More can be sent to a source that has ended.
  void reopen();

  /// `step`, reading this instead of what its connector would.
  SourceStep replace(SourceStep step);

 private:
  class Reader;
  class Input;
  class Decoder;
  class SentPartition;
  // How far a partition has read: all of the first `sends`, of the next as many records, and of all bytes as many.
  struct Reached {
    std::size_t sends = 0;
    std::size_t records = 0;
    Place place{0, 1};
    std::uint64_t given = 0;  // records
  };

  const std::string name_;
  std::mutex mutex_;
  std::vector<const TestSend*> sent_;  // all, since a job may go on from any of them
  std::vector<Event*> events_;         // of the readers, one per worker
  bool ended_ = false;
};

}  // namespace flowrun
