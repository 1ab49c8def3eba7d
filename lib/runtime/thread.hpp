#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <pthread.h>
#include <string>

namespace flowrun {

/// A thread with a stack of a size of our choice, for expressions that recurse deeply; joined at the latest when it is destroyed.
class Thread {
 public:
  Thread() = default;
  /// `name`: as debuggers show it, up to 15 bytes. Throws Failure where the system gives no thread.
  Thread(const std::string& name, std::size_t stack_bytes, std::function<void()> body);
  ~Thread() { join(); }
  Thread(Thread&& other) noexcept;
  Thread& operator=(Thread&& other) noexcept;

  void join();

 private:
  pthread_t thread_ = {};
  bool runs_ = false;
};

}  // namespace flowrun
