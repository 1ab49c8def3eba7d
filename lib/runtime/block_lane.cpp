#include "runtime/block_lane.hpp"

#include <utility>

namespace flowrun {

bool BlockLane::has_room() {
  const std::lock_guard lock(mutex_);
  worker_waits_ = bytes_ >= most_bytes_;
  return !worker_waits_;
}

void BlockLane::put(std::string block) {
  if (!block.empty()) push(std::move(block));
}

void BlockLane::push(Entry entry) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    if (const auto* const block = std::get_if<std::string>(&entry)) bytes_ += block->size();
    was_empty = entries_.empty();
    entries_.push_back(std::move(entry));
  }
  if (was_empty) io_.ring();
}

std::string BlockLane::recycled() {
  const std::lock_guard lock(mutex_);
  if (spare_.empty()) return {};
  std::string block = std::move(spare_.back());
  spare_.pop_back();
  return block;
}

std::optional<BlockLane::Entry> BlockLane::take() {
  const std::lock_guard lock(mutex_);
  if (entries_.empty()) return std::nullopt;
  Entry entry = std::move(entries_.front());
  entries_.pop_front();
  return entry;
}

void BlockLane::written(std::string block) {
  bool wakes_worker = false;
  {
    const std::lock_guard lock(mutex_);
    bytes_ -= block.size();
    wakes_worker = worker_waits_ && bytes_ <= most_bytes_ / 2;
    if (wakes_worker) worker_waits_ = false;
    block.clear();
    if (spare_.size() < most_spare) spare_.push_back(std::move(block));
  }
  if (wakes_worker) worker_.ring();
}

}  // namespace flowrun
