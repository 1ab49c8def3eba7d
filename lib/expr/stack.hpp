#pragma once

#include <cstddef>
#include <functional>

namespace flowrun::expr {

/// The lowest address to which recursion may go on the current thread's stack; below it is a reserve for leaf calls.
const char* lowest_stack_address();

/// What every thread that evaluates expressions should have.
inline constexpr std::size_t evaluation_stack_bytes = 64 * 1024 * 1024;

/// Calls `function` on a thread with such a stack and waits for its end. What it throws is thrown here.
void call_on_evaluation_stack(const std::function<void()>& function);

/// Whether recursion must end here.
inline bool stack_is_low(const char* lowest) { return static_cast<const char*>(__builtin_frame_address(0)) < lowest; }

}  // namespace flowrun::expr
