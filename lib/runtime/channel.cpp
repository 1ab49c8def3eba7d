#include "runtime/channel.hpp"

#include <utility>

namespace flowrun {

bool Channel::has_room() {
  if (!is_full_.load()) return true;
  const std::lock_guard lock(mutex_);
  sender_waits_ = full();
  return !sender_waits_;
}

void Channel::push(Item item) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    if (const auto* const batch = std::get_if<Batch>(&item.content)) {
      bytes_ += batch->bytes();
      ++batches_;
      is_full_.store(full());
    }
    was_empty = items_.empty();
    items_.push(std::move(item));
    items_waiting_.store(items_.size());
  }
  if (was_empty && &sender_ != &receiver_) receiver_.ring();
}

std::optional<Item> Channel::pop() {
  std::optional<Item> item;
  bool wakes_sender = false;
  {
    const std::lock_guard lock(mutex_);
    if (items_.empty()) return item;
    item = items_.pop();
    items_waiting_.store(items_.size());
    if (const auto* const batch = std::get_if<Batch>(&item->content)) {
      bytes_ -= batch->bytes();
      --batches_;
      is_full_.store(full());
      wakes_sender = sender_waits_ && half_free();
      if (wakes_sender) sender_waits_ = false;
    }
  }
  if (wakes_sender && &sender_ != &receiver_) sender_.ring();
  return item;
}

}  // namespace flowrun
