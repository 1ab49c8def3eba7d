#pragma once

#include <cstddef>
#include <mutex>

#include "base/clock.hpp"

namespace flowrun {

/// A token bucket over all workers: a token is a record that may be read. It holds what a second brings, at least one.
class RateLimit {
 public:
  /// `per_second` is above 0.
  RateLimit(double per_second, Clock& clock);

  /// Takes up to `most` tokens; 0: there is none before `due()`.
  std::size_t take(std::size_t most);
  /// Tokens that were taken and not used.
  void give_back(std::size_t tokens);
  /// When there is a token.
  Time due();

 private:
  void fill();

  const double per_second_;
  const double most_;
  Clock& clock_;
  std::mutex mutex_;
  double tokens_ = 1;
  Time filled_;
};

}  // namespace flowrun
