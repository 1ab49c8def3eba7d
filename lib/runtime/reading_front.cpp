#include "runtime/reading_front.hpp"

#include <algorithm>

namespace flowrun {

std::size_t ReadingFront::add(Bell& bell) {
  readers_.push_back({&bell});
  return readers_.size() - 1;
}

bool ReadingFront::is_too_far(Time lowest) const {
  Time slowest = end_of_time;
  for (const Reader& reader : readers_) slowest = std::min(slowest, reader.lowest);
  return lowest > slowest && (slowest == beginning_of_time || lowest - slowest > ahead_);
}

bool ReadingFront::may_read(std::size_t worker, Time lowest) {
  if (ahead_ == Duration::max() || readers_.size() == 1) return true;
  const std::lock_guard lock(mutex_);
  Reader& mine = readers_[worker];
  const bool goes_on = mine.lowest < lowest;
  mine.lowest = lowest;
  mine.waits = lowest != end_of_time && is_too_far(lowest);
  if (goes_on)
    for (Reader& reader : readers_)
      if (reader.waits && !is_too_far(reader.lowest)) {
        reader.waits = false;
        reader.bell->ring();
      }
  return !mine.waits;
}

}  // namespace flowrun
