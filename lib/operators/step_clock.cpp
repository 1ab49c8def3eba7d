#include "operators/step_clock.hpp"

namespace flowrun {

WatermarkCursor StepClock::before_rows(const Batch& batch) {
  static const std::vector<WatermarkRun> none;
  if (kind_ == ClockKind::event) return {batch.watermarks(), now_};
  reach(wall_.now());
  return {none, now_};
}

bool StepClock::require_time(const Batch& batch, Batch::Row row, Output& output) const {
  if (kind_ == ClockKind::system || batch.time(row) != no_time) return true;
  output.reject(batch, row, RejectKind::time, "the record has no event time, which this step goes by");
  return false;
}

}  // namespace flowrun
