#pragma once

#include <cstddef>
#include <string>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "component/clock_kind.hpp"
#include "expr/program.hpp"

namespace flowrun {

namespace state {
class KeyedStates;
}

/// What a step may use of the worker that it runs on. Outlives the step.
struct Context {
  std::string step;  // its id, as in messages
  std::size_t worker = 0;
  std::size_t workers = 1;
  Clock* clock = nullptr;
  ClockKind step_clock = ClockKind::system;  // the one that the durations of this step run on
  Log* log = nullptr;
  expr::Machine* machine = nullptr;     // the worker's evaluator
  state::KeyedStates* state = nullptr;  // state and timers of this step on this worker; one per node
};

}  // namespace flowrun
