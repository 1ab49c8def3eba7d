#include "runtime/rate_limit.hpp"

#include <algorithm>
#include <cmath>

namespace flowrun {
namespace {

constexpr double microseconds_per_second = 1e6;

}  // namespace

RateLimit::RateLimit(double per_second, Clock& clock)
    : per_second_(per_second), most_(std::max(per_second, 1.0)), clock_(clock), filled_(clock.now()) {}

void RateLimit::fill() {
  const Time now = clock_.now();
  const auto passed = static_cast<double>((now - filled_).count());
  tokens_ = std::min(most_, tokens_ + passed * per_second_ / microseconds_per_second);
  filled_ = now;
}

std::size_t RateLimit::take(std::size_t most) {
  const std::lock_guard lock(mutex_);
  fill();
  const std::size_t taken = std::min(most, static_cast<std::size_t>(tokens_));
  tokens_ -= static_cast<double>(taken);
  return taken;
}

void RateLimit::give_back(std::size_t tokens) {
  const std::lock_guard lock(mutex_);
  tokens_ += static_cast<double>(tokens);
}

Time RateLimit::due() {
  const std::lock_guard lock(mutex_);
  const double missing = std::max(0.0, 1.0 - tokens_);
  return filled_ + Duration(static_cast<std::int64_t>(std::ceil(missing * microseconds_per_second / per_second_)));
}

}  // namespace flowrun
