#pragma once

#include <string_view>

#include "component/context.hpp"
#include "component/output.hpp"
#include "record/batch.hpp"
#include "record/watermark_cursor.hpp"

namespace flowrun {

/// The clock that the durations of a step run on, as far as it has come: the watermark, or the wall clock, which is read once a
/// batch. It never runs backwards. On one worker.
class StepClock {
 public:
  explicit StepClock(const Context& context) : kind_(context.step_clock), wall_(*context.clock) {}

  ClockKind kind() const { return kind_; }
  Time now() const { return now_; }
  void reach(Time time) {
    if (time > now_) now_ = time;
  }

  /// Where the clock stands before each row of a batch that is about to be taken in. Refers to the batch.
  WatermarkCursor before_rows(const Batch& batch);
  /// All rows of the batch have been taken in.
  void pass(const Batch& batch) {
    if (kind_ == ClockKind::event && !batch.watermarks().empty()) reach(batch.watermarks().back().watermark);
  }

  /// When a record happened by this clock: its event time, or when it arrived.
  Time time_of(const Batch& batch, Batch::Row row) const { return kind_ == ClockKind::event ? batch.time(row) : now_; }
  /// False: the record has no time by this clock, and was rejected.
  bool require_time(const Batch& batch, Batch::Row row, Output& output) const;

 private:
  ClockKind kind_;
  Clock& wall_;
  Time now_ = beginning_of_time;
};

}  // namespace flowrun
