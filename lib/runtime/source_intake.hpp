#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "component/context.hpp"
#include "component/event_time.hpp"
#include "component/source.hpp"
#include "flow/plan.hpp"
#include "runtime/coordinator.hpp"
#include "runtime/epoch_parts.hpp"
#include "runtime/intake.hpp"
#include "runtime/partition_watermarks.hpp"
#include "runtime/rate_limit.hpp"
#include "runtime/reading_front.hpp"
#include "runtime/silence.hpp"

namespace flowrun {

/// Reads the partitions of a source that were dealt to this worker, a batch of one of them at a time, and issues every mark:
/// also between batches that find no room, when idle, and after the end.
class SourceIntake final : public Intake {
 public:
  /// `most_open`: partitions held open at a time, as long as they have data. `rate` may be null, and so may `parts`, where no
  /// epoch is stored.
  SourceIntake(const Plan::Node& node, Context context, std::size_t most_open, RateLimit* rate,
               Coordinator& coordinator, EpochParts* parts);

  // Before the job runs.
  /// Partitions are read by event time: those of `watermarks` decide which is next, `front` whether it is time for it. What
  /// becomes of each is told to the steps that set time.
  void read_by_time(const EventTimeOptions& options, PartitionWatermarks& watermarks, ReadingFront& front, Bell& bell);
  std::vector<std::shared_ptr<const PartitionName>> discover() { return source_->discover(); }
  /// `resume`: where the latest epoch stands in it; null: it is new.
  void assign(std::shared_ptr<const PartitionName> name, const state::PartitionNote* resume);
  bool has_partitions() const { return !unopened_.empty() || !open_.empty(); }
  /// Appends the source and name of each partition that was assigned and not opened yet.
  void list_partitions(std::vector<state::PartitionNote>& all) const;
  /// Opens the first partitions, so that what cannot be opened is found before anything is written.
  void open();
  /// Where each partition stands, in no order. Before the first record: also of those that are not open yet, which then begin
  /// there, wherever the end of a file has come to.
  std::vector<state::PartitionNote> notes();

  std::optional<Item> take() override;

  /// Tells the source which epochs have been settled.
  void acknowledge();

  /// Readable when partitions that were caught up have more; -1 where none is.
  int wake_fd() const;
  void wake();
  /// When it wants to look again although nothing has come: the rate lets it read, or a silence has lasted long enough;
  /// end_of_time: never.
  Time due() const { return due_; }

 private:
  struct Unopened {
    std::shared_ptr<const PartitionName> name;
    std::optional<Position> resume;
    Duration silence{};
  };
  struct Reading {
    std::shared_ptr<const PartitionName> name;
    std::unique_ptr<Partition> partition;
    bool is_caught_up = false;
    bool is_silent = false;
    Duration silence{};  // so far
  };
  // How partitions are read by event time.
  struct ByTime {
    EventTimeOptions options;
    PartitionWatermarks& watermarks;
    ReadingFront& front;
    std::size_t place;  // in the front
    Silence silence;
    Duration quiet{};  // for how long all have been silent
    Duration told_quiet{};
  };

  std::optional<Item> next();
  std::optional<Item> take_ready();
  std::optional<Item> read();
  bool open_next();
  /// The partition to read next; `open_.size()` where none has data.
  std::size_t choose();
  std::size_t next_in_turn();
  std::size_t lowest();
  bool may_read(std::size_t index);
  Item mark();
  state::PartitionNote note(const PartitionName& name, Position position) const;
  void settle(std::size_t index, Partition::Read outcome, Batch&& batch);
  void tell(PartitionNews::What what, const Reading& reading);
  void look_at_silence();
  void wait_for_silence();

  Context context_;
  std::unique_ptr<Source> source_;
  std::size_t most_open_;
  RateLimit* rate_;
  Coordinator& coordinator_;
  std::optional<ByTime> by_time_;
  EpochParts* parts_;
  std::string node_;
  std::deque<Unopened> unopened_;
  std::vector<Reading> open_;
  std::vector<state::PartitionNote> ended_;  // where epochs are stored
  std::deque<Item> ready_;                   // to be taken before anything else is read
  std::size_t next_ = 0;
  std::uint64_t issued_;
  std::uint64_t acknowledged_;
  Time due_ = end_of_time;
  bool has_waited_ = true;  // the last time there was nothing to take
  bool has_ended_ = false;
};

}  // namespace flowrun
