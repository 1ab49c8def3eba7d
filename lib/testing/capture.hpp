#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "component/registry.hpp"
#include "record/batch.hpp"

namespace flowrun {

/// A record that came to a place in the flow, and the epoch that it belongs to.
struct CapturedRecord {
  Value value;
  Value key;
  Time time = no_time;
  Value meta;
  std::uint64_t epoch = 0;
};

/// The records that have come to one place, in the order in which they came; their memory is its own. Thread-safe.
class Capture {
 public:
  // While no job runs.
  /// The next job goes on from `epoch`: what has come since never was.
  void go_on_from(std::uint64_t epoch);
  std::uint64_t epoch() const { return epoch_; }
  const std::deque<CapturedRecord>& records() const { return records_; }

  void add(const Batch& batch, Batch::Row row, std::uint64_t epoch);

 private:
  std::uint64_t epoch_ = 0;
  std::mutex mutex_;
  Arena arena_;
  std::deque<CapturedRecord> records_;
};

/// What a place in the flow does with a record that comes to it, besides capturing it.
class CaptureWatcher {
 public:
  virtual ~CaptureWatcher() = default;
  /// From any worker; may end the run by throwing Failure.
  virtual void came(const Value& value, std::uint64_t epoch) = 0;
};

/// A sink into `capture`, which outlives the job, as does `watcher`; that may be null. Where there is an encoder, what it
/// refuses is rejected and not captured, and its bytes go nowhere.
SinkPlan capturing_sink(Capture& capture, CaptureWatcher* watcher = nullptr);

}  // namespace flowrun
