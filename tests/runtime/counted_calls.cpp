#include "counted_calls.hpp"

#include <atomic>
#include <cstdlib>
#include <dlfcn.h>
#include <new>
#include <pthread.h>

namespace {

std::atomic<std::uint64_t> allocations{0};
std::atomic<std::uint64_t> locks{0};

}  // namespace

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

const bool flowrun::calls_are_counted = false;

#else

const bool flowrun::calls_are_counted = true;

// The forms without alignment; arrays come here too.
void* operator new(std::size_t bytes) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* const memory = std::malloc(bytes != 0 ? bytes : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

// Stands before the one of the C library.
extern "C" int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  using Lock = int (*)(pthread_mutex_t*);
  static std::atomic<Lock> lock{nullptr};
  Lock found = lock.load(std::memory_order_relaxed);
  if (found == nullptr) {
    found = reinterpret_cast<Lock>(::dlsym(RTLD_NEXT, "pthread_mutex_lock"));
    lock.store(found, std::memory_order_relaxed);
  }
  locks.fetch_add(1, std::memory_order_relaxed);
  return found(mutex);
}

#endif

flowrun::CountedCalls flowrun::counted_calls() { return {allocations.load(), locks.load()}; }
