#pragma once

#include "base/time.hpp"

namespace flowrun {

/// How the watermark goes by the event times that a step sets.
struct EventTimeOptions {
  Duration delay{};  // how far a record may come behind the latest of its partition without being late
  Duration idle = std::chrono::seconds(30);  // of silence, until a partition holds nobody back; Duration::max(): never
  bool advances_when_idle = false;           // with all partitions idle, the watermark goes on with the running clock
  Duration ahead =
      std::chrono::hours(1);  // of event time, that a worker may be beyond the slowest; Duration::max(): any
};

}  // namespace flowrun
