#include "expr/stack.hpp"

#include <cstddef>
#include <exception>
#include <pthread.h>

namespace flowrun::expr {
namespace {

// What the deepest leaf call may need: Oniguruma, sorting and formatting do not check.
constexpr std::size_t reserve = 192 * 1024;
// A main thread without a limit has no lowest address; no evaluation needs more than this.
constexpr std::size_t largest = 256 * 1024 * 1024;

const char* find_lowest() {
  pthread_attr_t attributes;
  const auto* const here = static_cast<const char*>(__builtin_frame_address(0));
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return here - reserve;
  void* start = nullptr;
  std::size_t size = 0;
  pthread_attr_getstack(&attributes, &start, &size);
  pthread_attr_destroy(&attributes);
  const char* const end = static_cast<const char*>(start) + size;
  return end - (size < largest ? size : largest) + reserve;
}

}  // namespace

constinit thread_local const char* detail::known_lowest = nullptr;
const char* detail::find_lowest_stack_address() { return known_lowest = find_lowest(); }

void call_on_evaluation_stack(const std::function<void()>& function) {
  struct Call {
    const std::function<void()>& function;
    std::exception_ptr thrown;
  } call{function, nullptr};
  const auto run = [](void* argument) -> void* {
    auto& made = *static_cast<Call*>(argument);
    try {
      made.function();
    } catch (...) {
      made.thrown = std::current_exception();
    }
    return nullptr;
  };
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, evaluation_stack_bytes);
  pthread_t thread{};
  const int failed = pthread_create(&thread, &attributes, run, &call);
  pthread_attr_destroy(&attributes);
  if (failed != 0) return function();  // on this stack the depth is smaller, and nothing else changes
  pthread_join(thread, nullptr);
  if (call.thrown) std::rethrow_exception(call.thrown);
}

}  // namespace flowrun::expr
