#include "runtime/progress.hpp"

#include <algorithm>
#include <cassert>

namespace flowrun {

Time InputWatermarks::lowest() const {
  Time lowest = end_of_time;
  for (std::size_t input = 0; input < watermarks_.size(); ++input)
    if (live_[input]) lowest = std::min(lowest, watermarks_[input]);
  return lowest == end_of_time ? minimum_ : lowest;
}

bool InputWatermarks::rise() {
  const Time before = minimum_;
  minimum_ = std::max(minimum_, lowest());
  return minimum_ > before;
}

bool InputWatermarks::advance(std::size_t input, Time time) {
  watermarks_[input] = std::max(watermarks_[input], time);
  return rise();
}

bool InputWatermarks::end(std::size_t input) {
  live_[input] = false;
  return rise();
}

void InputWatermarks::judge(std::size_t input, Batch& batch) {
  if (batch.watermarks().empty()) return;
  std::vector<WatermarkRun> judged;
  for (const WatermarkRun& run : batch.watermarks())
    if (advance(input, run.watermark)) judged.push_back({run.first_row, minimum_});
  batch.set_watermarks(std::move(judged));
}

bool MarkAlignment::arrive(std::size_t input) {
  assert(!held_[input]);
  held_[input] = true;
  if (++arrived_ < held_.size()) return false;
  held_.assign(held_.size(), false);
  arrived_ = 0;
  return true;
}

bool EpochProgress::pass() {
  assert(cut_ + 1 == issued_);
  if (++passed_ < tasks_) return false;
  passed_ = 0;
  cut_ = issued_;
  return true;
}

}  // namespace flowrun
