#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "flow/flow.hpp"
#include "flow/flow_test.hpp"
#include "os/event.hpp"

namespace flowrun {

/// What a test sends out of one source of a flow, as one partition. Outlives the jobs that read it; thread-safe.
class ScriptSource {
 public:
  explicit ScriptSource(std::string name) : name_(std::move(name)) {}

  /// Records are one batch (or as few as hold them), bytes go through the framing and decoding of the source. `send`
  /// outlives the job.
  void send(const TestSend& send);
  void end();
  /// The latest epoch that the job has settled.
  std::uint64_t settled() const { return settled_.load(); }

  /// `step`, reading this instead of what its connector would.
  SourceStep replace(SourceStep step);

 private:
  class Reader;
  class Input;
  class Decoder;
  class SentPartition;
  struct Sent {
    const TestSend* send = nullptr;
    std::size_t next = 0;  // of its records
  };

  const std::string name_;
  std::mutex mutex_;
  std::deque<Sent> sent_;
  std::vector<Event*> events_;  // of the readers, one per worker
  bool ended_ = false;
  std::atomic<std::uint64_t> settled_{0};
};

}  // namespace flowrun
