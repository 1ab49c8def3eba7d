#pragma once

namespace flowrun::expr {

/// The lowest address to which recursion may go on the current thread's stack; below it is a reserve for leaf calls.
const char* lowest_stack_address();

/// Whether recursion must end here.
inline bool stack_is_low(const char* lowest) {
  return static_cast<const char*>(__builtin_frame_address(0)) < lowest;
}

}  // namespace flowrun::expr
