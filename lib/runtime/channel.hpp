#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>

#include "runtime/bell.hpp"
#include "runtime/item_queue.hpp"

namespace flowrun {

/// The bounds of a channel. It may be exceeded by what one call of a step put out: a sender looks for room before it runs
/// the step, not before each batch.
struct ChannelLimits {
  std::size_t bytes = 1024 * 1024;
  std::size_t batches = 64;
};

/// Carries items in order from one task to another, mostly on another worker. Control items always fit, so a mark is never
/// kept from those who wait for it. One sender, one receiver; each is rung where it may be waiting for the other.
class Channel {
 public:
  Channel(ChannelLimits limits, Bell& sender, Bell& receiver) : limits_(limits), sender_(sender), receiver_(receiver) {}

  /// For the sender. Where it is false the sender is rung later, when half of the channel is free again.
  bool has_room();
  void push(Item item);

  /// For the receiver. Where it is true the receiver is rung with the next item.
  bool empty() const { return items_waiting_.load() == 0; }
  std::optional<Item> pop();

 private:
  bool full() const { return bytes_ >= limits_.bytes || batches_ >= limits_.batches; }
  bool half_free() const { return bytes_ <= limits_.bytes / 2 && batches_ <= limits_.batches / 2; }

  const ChannelLimits limits_;
  Bell& sender_;
  Bell& receiver_;
  std::atomic<std::size_t> items_waiting_{0};
  std::atomic<bool> is_full_{false};  // hints for those who look without the lock; written under it
  std::mutex mutex_;
  ItemQueue items_;
  std::size_t bytes_ = 0;
  std::size_t batches_ = 0;
  bool sender_waits_ = false;
};

}  // namespace flowrun
