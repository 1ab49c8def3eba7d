#include "runtime/partition_watermarks.hpp"

#include <algorithm>

namespace flowrun {

void PartitionWatermarks::assign(const PartitionName& partition) { partitions_.try_emplace(&partition); }

void PartitionWatermarks::restore(const PartitionName& partition, Time largest) {
  if (largest != no_time) partitions_[&partition].watermark = largest - options_.delay;
}

Time PartitionWatermarks::largest_time(const PartitionName& partition) const {
  const Time watermark = of(partition);
  return watermark == beginning_of_time ? no_time : watermark + options_.delay;
}

void PartitionWatermarks::set_silent(const PartitionName& partition, bool is_silent) {
  const auto found = partitions_.find(&partition);
  if (found == partitions_.end() || found->second.is_silent == is_silent) return;
  found->second.is_silent = is_silent;
  is_silent ? ++silent_ : --silent_;
  rise();
  if (is_idle()) quiet_since_ = watermark_;
}

void PartitionWatermarks::end(const PartitionName& partition) {
  set_silent(partition, false);
  partitions_.erase(&partition);
  rise();
  if (is_idle()) quiet_since_ = watermark_;
}

void PartitionWatermarks::note_quiet(Duration quiet) {
  if (options_.advances_when_idle && is_idle() && quiet_since_ > beginning_of_time)
    watermark_ = std::max(watermark_, quiet_since_ + quiet);
}

Time PartitionWatermarks::of(const PartitionName& partition) const {
  const auto found = partitions_.find(&partition);
  return found != partitions_.end() ? found->second.watermark : beginning_of_time;
}

Time PartitionWatermarks::lowest_but(const State* one) const {
  Time lowest = end_of_time;
  for (const auto& [partition, state] : partitions_)
    if (&state != one && !state.is_silent) lowest = std::min(lowest, state.watermark);
  return lowest;
}

void PartitionWatermarks::rise() {
  const Time lowest = lowest_but(nullptr);
  if (lowest != end_of_time) watermark_ = std::max(watermark_, lowest);
}

void PartitionWatermarks::judge(Batch& batch) {
  batch.set_watermarks({});
  State& mine = partitions_[&batch.partition()->partition()];
  const Time others = lowest_but(&mine);
  for (const Batch::Row row : batch.rows()) {
    const Time time = batch.time(row);
    if (time == no_time || time - options_.delay <= mine.watermark) continue;
    mine.watermark = time - options_.delay;
    const Time lowest = std::min(mine.watermark, others);
    if (lowest <= watermark_) continue;
    watermark_ = lowest;
    batch.add_watermark(row + 1u, watermark_);
  }
}

}  // namespace flowrun
