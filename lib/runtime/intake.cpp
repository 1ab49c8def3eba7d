#include "runtime/intake.hpp"

#include <utility>

namespace flowrun {

ChannelIntake::ChannelIntake(std::vector<Inlet> inlets, Time reached)
    : inlets_(std::move(inlets)),
      live_(inlets_.size()),
      watermarks_(inlets_.size(), reached),
      alignment_(inlets_.size()) {}

std::optional<Item> ChannelIntake::take() {
  for (std::size_t without = 0; without < inlets_.size();) {
    const std::size_t index = next_;
    next_ = (next_ + 1) % inlets_.size();
    Channel& channel = *inlets_[index].channel;
    std::optional<Item> taken;
    if (!alignment_.holds_back(index) && !channel.empty()) taken = channel.pop();
    if (!taken) {
      ++without;
      continue;
    }
    without = 0;
    if (std::optional<Item> item = admit(index, std::move(*taken))) return item;
  }
  return std::nullopt;
}

std::optional<Item> ChannelIntake::admit(std::size_t index, Item item) {
  if (auto* const batch = std::get_if<Batch>(&item.content)) {
    watermarks_.judge(index, *batch);
    item.input = inlets_[index].input;
    return item;
  }
  if (const auto* const watermark = std::get_if<Watermark>(&item.content)) {
    if (!watermarks_.advance(index, watermark->time, watermark->is_idle)) return std::nullopt;
    return Item{Watermark{watermarks_.minimum(), watermarks_.is_idle()}};
  }
  if (std::holds_alternative<PartitionNews>(item.content)) return item;
  if (std::holds_alternative<Mark>(item.content)) {
    if (!alignment_.arrive(index)) return std::nullopt;
    return item;
  }
  if (--live_ == 0) return item;
  if (!watermarks_.end(index)) return std::nullopt;
  return Item{Watermark{watermarks_.minimum(), watermarks_.is_idle()}};
}

}  // namespace flowrun
