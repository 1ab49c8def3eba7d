#pragma once

#include <cstddef>
#include <functional>

namespace flowrun::expr {

namespace detail {
extern constinit thread_local const char* known_lowest;  // null: not looked for yet
const char* find_lowest_stack_address();
}  // namespace detail

/// The lowest address to which recursion may go on the current thread's stack; below it is a reserve for leaf calls.
inline const char* lowest_stack_address() {
  return detail::known_lowest != nullptr ? detail::known_lowest : detail::find_lowest_stack_address();
}

/// What every thread that evaluates expressions should have.
inline constexpr std::size_t evaluation_stack_bytes = 64 * 1024 * 1024;

/// Calls `function` on a thread with such a stack and waits for its end. What it throws is thrown here.
void call_on_evaluation_stack(const std::function<void()>& function);

/// Whether recursion must end here.
inline bool stack_is_low(const char* lowest) { return static_cast<const char*>(__builtin_frame_address(0)) < lowest; }

}  // namespace flowrun::expr
