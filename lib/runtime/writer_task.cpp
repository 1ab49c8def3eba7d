#include "runtime/writer_task.hpp"

#include <utility>

namespace flowrun {

WriterTask::WriterTask(std::unique_ptr<Writer> writer, Setup setup)
    : writer_(std::move(writer)), setup_(std::move(setup)), alignment_(setup_.lanes), reached_(setup_.epoch) {}

BlockLane& WriterTask::add_lane(std::size_t most_bytes, Bell& worker, Bell& io) {
  return lanes_.emplace_back(most_bytes, worker, io);
}

Position WriterTask::take_position() {
  Position position = std::move(positions_.front());
  positions_.pop_front();
  return position;
}

bool WriterTask::step() {
  bool progress = false;
  for (std::size_t index = 0; index < lanes_.size(); ++index) progress = step(index) || progress;
  return progress;
}

bool WriterTask::step(std::size_t index) {
  if (alignment_.holds_back(index)) return false;
  std::optional<BlockLane::Entry> entry = lanes_[index].take();
  if (!entry) return false;
  if (auto* const block = std::get_if<std::string>(&*entry)) {
    writer_->write(*block);
    lanes_[index].written(std::move(*block));
  } else if (alignment_.arrive(index)) {
    ++reached_;
    if (setup_.stores_epochs) positions_.push_back(writer_->make_durable(reached_));
  }
  return true;
}

}  // namespace flowrun
