#include "runtime/operator_stage.hpp"

#include <algorithm>
#include <utility>

namespace flowrun {

OperatorStage::OperatorStage(const Plan::Node& node, Context context, const JobOptions& options, StateBudget& budget,
                             EpochParts* parts)
    : Stage(node, std::move(context)),
      state_(options.store != nullptr ? options.store->seed() : options.group_seed),
      budget_(budget),
      account_(budget.open(node.step)),
      parts_(parts),
      node_(node.name),
      finishes_(options.finishes_at_end) {
  context_.state = &state_;
  operator_ = std::get<Plan::OperatorNode>(node.work).make(context_);
  next_timer_ = operator_->next_timer();
}

void OperatorStage::go_on_from(Time watermark, Time closed_until) {
  Stage::go_on_from(watermark);
  closed_until_ = closed_until;
  const bool is_by_event = context_.step_clock == ClockKind::event;
  operator_->restored(is_by_event ? std::max(watermark, closed_until) : closed_until);
  count_state();
  next_timer_ = operator_->next_timer();
}

Stage::Handled OperatorStage::handle(Item& item) {
  if (std::holds_alternative<PartitionNews>(item.content)) return Handled::done;
  const Progress progress = call(item);
  count_state();
  if (progress == Progress::done && std::holds_alternative<End>(item.content)) ended_ = true;
  const auto* const mark = std::get_if<Mark>(&item.content);
  if (progress == Progress::done && mark != nullptr && parts_ != nullptr) hand_over(mark->epoch);
  next_timer_ = ended_ ? end_of_time : operator_->next_timer();
  return progress == Progress::done ? Handled::done : Handled::more;
}

void OperatorStage::count_state() {
  const auto bytes = static_cast<std::int64_t>(state_.bytes());
  if (bytes == counted_bytes_) return;
  const auto groups = static_cast<std::int64_t>(state_.groups());
  const std::int64_t more_bytes = bytes - std::exchange(counted_bytes_, bytes);
  budget_.add(account_, more_bytes, groups - std::exchange(counted_groups_, groups));
}

// The cut of the step: behind what it sends before the mark, before the mark itself.
void OperatorStage::hand_over(std::uint64_t epoch) {
  std::vector<state::StateChanges> changes;
  for (auto& [state, log] : state_.take_changes())
    changes.push_back({node_, std::move(state), std::move(log), static_cast<std::uint32_t>(context_.worker),
                       static_cast<std::uint32_t>(context_.workers)});
  parts_->add(epoch, {node_, reached_.time, std::max(closed_until_, operator_->closed_until())}, std::move(changes));
}

Progress OperatorStage::call(Item& item) {
  if (auto* const batch = std::get_if<Batch>(&item.content)) return operator_->process(item.input, *batch, output_);
  if (const auto* const watermark = std::get_if<Watermark>(&item.content))
    return operator_->advance(ClockKind::event, watermark->time, output_);
  if (const auto* const tick = std::get_if<Tick>(&item.content))
    return operator_->advance(ClockKind::system, tick->now, output_);
  // Nothing follows the end, so where what is open is kept, only that part of it is which is state.
  if (std::holds_alternative<Mark>(item.content) || !finishes_) return operator_->before_mark(output_);
  return operator_->finish(output_);
}

}  // namespace flowrun
