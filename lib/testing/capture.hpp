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
  void add(const Batch& batch, Batch::Row row, std::uint64_t epoch);
  /// Of epochs up to `last`. Once the job has ended.
  std::vector<CapturedRecord> up_to(std::uint64_t last) const;

 private:
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
