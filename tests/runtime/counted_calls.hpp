#pragma once

#include <cstdint>

namespace flowrun {

/// Calls of all threads of the test program so far. Not counted under a sanitizer, which has its own in these places.
struct CountedCalls {
  std::uint64_t allocations = 0;  // by operator new
  std::uint64_t locks = 0;        // of mutexes

  friend CountedCalls operator-(const CountedCalls& left, const CountedCalls& right) {
    return {left.allocations - right.allocations, left.locks - right.locks};
  }
};
CountedCalls counted_calls();

/// Whether calls are counted.
extern const bool calls_are_counted;

}  // namespace flowrun
