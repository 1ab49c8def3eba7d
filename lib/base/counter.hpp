#pragma once

#include <atomic>
#include <cstdint>

namespace flowrun {

/// Counts on one thread what any other may look at. As cheap as a plain number.
class Counter {
 public:
  void add(std::uint64_t count) { value_.store(value() + count, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace flowrun
