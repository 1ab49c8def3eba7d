#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "component/clock_kind.hpp"
#include "component/output.hpp"
#include "record/batch.hpp"

namespace flowrun {

/// `more`: the output is full, or the step has more to say; call again with the same arguments.
enum class Progress : std::uint8_t { done, more };

using InputIndex = std::uint16_t;

/// A step that takes records and gives records. Each worker has its own; all calls come on that worker's thread; none
/// may block. Order of calls: `restored` where there is something to restore, any number of `process`, `advance` and
/// `before_mark`, then `finish` until it is done, then `before_mark` alone. State is held through the Context alone, so no
/// operator writes checkpoint code.
class Operator {
 public:
  virtual ~Operator() = default;

  /// Consumes rows from the front of `batch` (drop_front, or all by passing it on). After `done` the batch is used up;
  /// after `more` the rows that are left come again. Rows stand against `batch.watermarks()`, in effect for this step's
  /// inputs.
  virtual Progress process(InputIndex input, Batch& batch, Output& output) = 0;

  /// The watermark (or the wall clock) has come to `time`: emits what is due, before the watermark is passed on.
  virtual Progress advance(ClockKind clock, Time time, Output& output) {
    static_cast<void>(clock), static_cast<void>(time), static_cast<void>(output);
    return Progress::done;
  }

  /// A mark is about to be passed on, or the end while what is open is kept: sends what must come before it and is no
  /// state (partial aggregates).
  virtual Progress before_mark(Output& output) {
    static_cast<void>(output);
    return Progress::done;
  }

  /// The state of an earlier run stands in Context::state, and no record has come yet: sets the timers that the restored
  /// state waits for. Nothing that had been closed up to `reached` by the step's clock opens again: by event time the
  /// watermark or `closed_until` of that run, whichever is later, else the latter alone. What runs before the exchange of
  /// such a step is told, too.
  virtual void restored(Time reached) { static_cast<void>(reached); }

  /// The time by the step's clock up to which what it has emitted is closed for good, where no watermark tells: after
  /// `finish` the end of the last window that it flushed, and by the wall clock of the last that it closed. Stored with the
  /// state.
  virtual Time closed_until() const { return beginning_of_time; }

  /// When `advance` by the wall clock is due next (its timers stand in Context::state); it then comes also while no record
  /// does. Asked after each call. end_of_time: none.
  virtual Time next_timer() const { return end_of_time; }

  /// All inputs have ended: emits what is open.
  virtual Progress finish(Output& output) {
    static_cast<void>(output);
    return Progress::done;
  }
};

}  // namespace flowrun
