#pragma once

#include <cstddef>
#include <unordered_map>

#include "base/time.hpp"
#include "component/event_time.hpp"
#include "record/batch.hpp"

namespace flowrun {

/// The watermark of the partitions that a worker reads, by the event times of their records: of a partition its largest
/// time minus the delay, of them all the least. It never moves back. Plain data, told what happens in the order in which it
/// does.
class PartitionWatermarks {
 public:
  explicit PartitionWatermarks(const EventTimeOptions& options) : options_(options) {}

  // Before the job runs, of a job that goes on.
  /// The largest event time of a partition that has been read before; no_time: none.
  void restore(const PartitionName& partition, Time largest);
  void go_on_from(Time watermark) { watermark_ = watermark; }

  /// What will be read. Until it has given a record, fallen silent or ended, it holds the watermark at the beginning.
  void assign(const PartitionName& partition);
  /// It holds nobody back while another one is not silent; when all are, the watermark waits.
  void set_silent(const PartitionName& partition, bool is_silent);
  void end(const PartitionName& partition);
  /// All have been silent for so long: where the options say so, the watermark goes on as far.
  void note_quiet(Duration quiet);

  /// Takes in the event times of a batch that comes from one partition, and notes in it the watermark that each of its
  /// records leaves behind.
  void judge(Batch& batch);

  Time watermark() const { return watermark_; }
  /// There are partitions, and all of them are silent.
  bool is_idle() const { return !partitions_.empty() && silent_ == partitions_.size(); }
  /// Of one partition.
  Time of(const PartitionName& partition) const;
  /// The largest event time that a partition has given; no_time: none.
  Time largest_time(const PartitionName& partition) const;

 private:
  struct State {
    Time watermark = beginning_of_time;
    bool is_silent = false;
  };
  /// Of all that hold the watermark back but `one`.
  Time lowest_but(const State* one) const;
  void rise();

  const EventTimeOptions options_;
  std::unordered_map<const PartitionName*, State> partitions_;
  std::size_t silent_ = 0;
  Time watermark_ = beginning_of_time;
  Time quiet_since_ = beginning_of_time;  // the watermark when the last of them fell silent
};

}  // namespace flowrun
