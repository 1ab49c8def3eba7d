#include "runtime/event_time_stage.hpp"

#include <utility>

namespace flowrun {

EventTimeStage::EventTimeStage(const Plan::Node& node, Context context, const JobOptions& options, StateBudget& budget,
                               EpochParts* parts)
    : OperatorStage(node, std::move(context), options, budget, parts), watermarks_(*node.sets_time) {
  makes_watermarks_ = true;
}

void EventTimeStage::go_on_from(Time watermark, Time closed_until) {
  OperatorStage::go_on_from(watermark, closed_until);
  watermarks_.go_on_from(watermark);
}

Stage::Handled EventTimeStage::handle(Item& item) {
  const auto* const news = std::get_if<PartitionNews>(&item.content);
  if (news == nullptr) return OperatorStage::handle(item);
  take(*news);
  reached_ = {watermarks_.watermark(), watermarks_.is_idle()};
  return Handled::done;
}

void EventTimeStage::prepare(Batch& batch) {
  watermarks_.judge(batch);
  reached_ = {watermarks_.watermark(), watermarks_.is_idle()};
}

void EventTimeStage::take(const PartitionNews& news) {
  switch (news.what) {
    case PartitionNews::What::assigned:
      return watermarks_.assign(*news.partition);
    case PartitionNews::What::silent:
      return watermarks_.set_silent(*news.partition, true);
    case PartitionNews::What::heard:
      return watermarks_.set_silent(*news.partition, false);
    case PartitionNews::What::ended:
      return watermarks_.end(*news.partition);
    case PartitionNews::What::quiet:
      return watermarks_.note_quiet(news.quiet);
  }
}

}  // namespace flowrun
