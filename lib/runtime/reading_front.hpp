#pragma once

#include <cstddef>
#include <mutex>
#include <vector>

#include "base/time.hpp"
#include "runtime/bell.hpp"

namespace flowrun {

/// Keeps the workers that read a source together in event time: who is further ahead of the slowest than the source allows
/// waits for it. Any thread.
class ReadingFront {
 public:
  /// `ahead`: Duration::max() lets everybody go.
  explicit ReadingFront(Duration ahead) : ahead_(ahead) {}

  /// Before the job runs; the number of the worker that `bell` wakes.
  std::size_t add(Bell& bell);
  /// The lowest watermark of the partitions from which a worker can read now is `lowest`; false: it must wait, and is rung
  /// when it need not any more.
  bool may_read(std::size_t worker, Time lowest);
  /// It has nothing to read.
  void leave(std::size_t worker) { may_read(worker, end_of_time); }

 private:
  struct Reader {
    Bell* bell;
    Time lowest = beginning_of_time;
    bool waits = false;
  };
  bool is_too_far(Time lowest) const;

  const Duration ahead_;
  std::mutex mutex_;
  std::vector<Reader> readers_;
};

}  // namespace flowrun
