#pragma once

#include "runtime/operator_stage.hpp"
#include "runtime/partition_watermarks.hpp"

namespace flowrun {

/// A step that sets the event times of records: the watermark behind it goes by these, partition by partition, whatever
/// watermark came.
class EventTimeStage final : public OperatorStage {
 public:
  /// As of OperatorStage; the node sets time.
  EventTimeStage(const Plan::Node& node, Context context, const JobOptions& options, StateBudget& budget,
                 EpochParts* parts);

  /// Lives as long as the stage.
  PartitionWatermarks& watermarks() { return watermarks_; }

  void go_on_from(Time watermark, Time closed_until) override;

 private:
  Handled handle(Item& item) override;
  void prepare(Batch& batch) override;
  void take(const PartitionNews& news);

  PartitionWatermarks watermarks_;
};

}  // namespace flowrun
