#pragma once

#include <memory>

#include "component/sink.hpp"
#include "runtime/block_lane.hpp"
#include "runtime/stage.hpp"

namespace flowrun {

class SinkStage final : public Stage {
 public:
  /// `lane` leads to the writer; null where the sink has none.
  SinkStage(const Plan::Node& node, Context context, BlockLane* lane);

  bool flush() override;

 private:
  Handled handle(Item& item) override;
  Progress call(Item& item);
  Handled wait_for_room() { return lane_ == nullptr || lane_->has_room() ? Handled::more : Handled::no_room; }

  std::unique_ptr<Sink> sink_;
  BlockLane* lane_;
  bool is_flushed_ = true;
};

}  // namespace flowrun
