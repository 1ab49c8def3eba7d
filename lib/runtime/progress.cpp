#include "runtime/progress.hpp"

#include <algorithm>
#include <cassert>

namespace flowrun {

bool InputWatermarks::is_idle() const {
  const auto is_busy = [](const Input& input) { return !input.has_ended && !input.is_idle; };
  const auto is_live = [](const Input& input) { return !input.has_ended; };
  return std::none_of(inputs_.begin(), inputs_.end(), is_busy) && std::any_of(inputs_.begin(), inputs_.end(), is_live);
}

Time InputWatermarks::lowest_but(const Input* one) const {
  const bool all_idle = is_idle();
  Time lowest = end_of_time;
  for (const Input& input : inputs_) {
    const bool counts = all_idle ? input.watermark >= minimum_ : !input.is_idle;
    if (&input != one && !input.has_ended && counts) lowest = std::min(lowest, input.watermark);
  }
  return lowest;
}

bool InputWatermarks::rise() {
  const Time lowest = lowest_but(nullptr);
  if (lowest == end_of_time || lowest <= minimum_) return false;
  minimum_ = lowest;
  return true;
}

bool InputWatermarks::advance(std::size_t input, Time time, bool is_idle) {
  const bool was_idle = this->is_idle();
  inputs_[input].watermark = std::max(inputs_[input].watermark, time);
  inputs_[input].is_idle = is_idle;
  const bool has_risen = rise();
  return has_risen || was_idle != this->is_idle();
}

bool InputWatermarks::end(std::size_t input) {
  const bool was_idle = is_idle();
  inputs_[input].has_ended = true;
  const bool has_risen = rise();
  return has_risen || was_idle != is_idle();
}

void InputWatermarks::judge(std::size_t input, Batch& batch) {
  if (batch.watermarks().empty()) return;
  Time& mine = inputs_[input].watermark;
  const Time others = lowest_but(&inputs_[input]);
  std::vector<WatermarkRun> judged;
  for (const WatermarkRun& run : batch.watermarks()) {
    mine = std::max(mine, run.watermark);
    if (const Time lowest = std::min(mine, others); lowest > minimum_) {
      minimum_ = lowest;
      judged.push_back({run.first_row, minimum_});
    }
  }
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
