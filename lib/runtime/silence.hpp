#pragma once

#include "base/clock.hpp"

namespace flowrun {

/// Measures how long a source has been asked in vain: running time, of which only what it was waited for counts in full.
/// While a job is held up or works on other things nobody asks, so that says nothing about the source. On one worker's thread.
class Silence {
 public:
  explicit Silence(Clock& clock) : clock_(clock), looked_(clock.running()) {}

  /// Since the last look. `waited`: there was nothing else to do meanwhile.
  Duration since_last_look(bool waited);

 private:
  /// Of a batch in a job that is not held up.
  static constexpr Duration most_of_work = std::chrono::milliseconds(100);

  Clock& clock_;
  Duration looked_;
};

}  // namespace flowrun
