#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "component/context.hpp"
#include "component/source.hpp"
#include "flow/plan.hpp"
#include "runtime/coordinator.hpp"
#include "runtime/intake.hpp"
#include "runtime/rate_limit.hpp"

namespace flowrun {

/// Reads the partitions of a source that were dealt to this worker, a batch of one of them at a time, and issues every mark:
/// also between batches that find no room, when idle, and after the end.
class SourceIntake final : public Intake {
 public:
  /// `most_open`: partitions held open at a time, as long as they have data. `rate` may be null.
  SourceIntake(const Plan::SourceNode& node, Context context, std::size_t most_open, RateLimit* rate,
               Coordinator& coordinator);

  // Before the job runs.
  std::vector<std::shared_ptr<const PartitionName>> discover() { return source_->discover(); }
  void assign(std::shared_ptr<const PartitionName> name) { unopened_.push_back(std::move(name)); }
  /// Opens the first partitions, so that what cannot be opened is found before anything is written.
  void open();

  std::optional<Item> take() override;

  /// Tells the source which epochs have been settled.
  void acknowledge();

  /// Readable when partitions that were caught up have more; -1 where none is.
  int wake_fd() const;
  void wake();
  /// When the rate lets it read again; end_of_time: it does not wait for that.
  Time due() const { return due_; }

 private:
  struct Reading {
    std::unique_ptr<Partition> partition;
    bool is_caught_up = false;
  };

  std::optional<Item> read();
  bool open_next();
  /// The partition to read next: those that have data in turn. `open_.size()` where none has.
  std::size_t choose();
  void settle(std::size_t index, Partition::Read outcome);

  Context context_;
  std::unique_ptr<Source> source_;
  std::size_t most_open_;
  RateLimit* rate_;
  Coordinator& coordinator_;
  std::deque<std::shared_ptr<const PartitionName>> unopened_;
  std::vector<Reading> open_;
  std::size_t next_ = 0;
  std::uint64_t issued_ = 0;
  std::uint64_t acknowledged_ = 0;
  Time due_ = end_of_time;
  bool has_ended_ = false;
};

}  // namespace flowrun
