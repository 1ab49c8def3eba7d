#include "runtime/writer_task.hpp"

#include <utility>

namespace flowrun {

WriterTask::WriterTask(std::unique_ptr<Writer> writer, std::size_t lanes, bool stores_epochs)
    : writer_(std::move(writer)), stores_epochs_(stores_epochs), alignment_(lanes) {}

BlockLane& WriterTask::add_lane(std::size_t most_bytes, Bell& worker, Bell& io) {
  return lanes_.emplace_back(most_bytes, worker, io);
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
    if (stores_epochs_) writer_->make_durable(reached_);
  }
  return true;
}

}  // namespace flowrun
