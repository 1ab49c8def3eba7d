#include "runtime/task.hpp"

#include <algorithm>
#include <utility>

namespace flowrun {

Task::Task(std::unique_ptr<Intake> intake, std::vector<std::unique_ptr<Stage>> stages, Coordinator& coordinator)
    : intake_(std::move(intake)), stages_(std::move(stages)), coordinator_(coordinator) {}

bool Task::step() {
  if (Stage* const stage = last_with_items()) return stage->run();
  report();
  std::optional<Item> item = intake_->take();
  if (!item) {
    bool sent = false;
    for (const auto& stage : stages_) sent = stage->send_gathered() || sent;
    return sent;
  }
  passes_mark_ = std::holds_alternative<Mark>(item->content);
  passes_end_ = std::holds_alternative<End>(item->content);
  stages_.front()->receive(std::move(*item));
  return true;
}

// The last in the order of the tree: what it sends leaves the task, or goes to stages that have been drained.
Stage* Task::last_with_items() const {
  for (auto stage = stages_.rbegin(); stage != stages_.rend(); ++stage)
    if ((*stage)->has_items()) return stage->get();
  return nullptr;
}

void Task::report() {
  if (std::exchange(passes_mark_, false)) coordinator_.note_mark_passed();
  if (std::exchange(passes_end_, false)) coordinator_.note_task_ended();
}

Time Task::next_timer() const {
  Time next = end_of_time;
  for (const auto& stage : stages_) next = std::min(next, stage->next_timer());
  return next;
}

void Task::tick(Time now) {
  if (last_with_items() != nullptr) return;
  for (const auto& stage : stages_)
    if (stage->next_timer() <= now) stage->receive({Tick{now}});
}

bool Task::flush() {
  bool again = false;
  for (const auto& stage : stages_) again = stage->flush() || again;
  return again;
}

}  // namespace flowrun
