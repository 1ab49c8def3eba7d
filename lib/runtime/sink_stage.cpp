#include "runtime/sink_stage.hpp"

#include <utility>

namespace flowrun {

SinkStage::SinkStage(const Plan::Node& node, Context context, BlockLane* lane)
    : Stage(node, std::move(context)), sink_(std::get<Plan::SinkNode>(node.work).make(context_, lane)), lane_(lane) {}

Stage::Handled SinkStage::handle(Item& item) {
  if (call(item) == Progress::more) return wait_for_room();
  if (const auto* const mark = std::get_if<Mark>(&item.content)) {
    is_flushed_ = true;
    if (lane_ != nullptr) lane_->seal();
  }
  return Handled::done;
}

Progress SinkStage::call(Item& item) {
  if (auto* const batch = std::get_if<Batch>(&item.content)) {
    is_flushed_ = false;
    return sink_->write(*batch, output_);
  }
  const auto* const mark = std::get_if<Mark>(&item.content);
  return mark != nullptr ? sink_->seal(mark->epoch) : Progress::done;
}

bool SinkStage::flush() {
  // A batch, or a mark, that waits for room is finished first.
  if (is_flushed_ || has_items()) return false;
  if (sink_->flush() == Progress::more) return wait_for_room() == Handled::more;
  is_flushed_ = true;
  return false;
}

}  // namespace flowrun
