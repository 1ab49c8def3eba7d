#include "runtime/exchange.hpp"

#include <algorithm>
#include <utility>

#include "record/watermark_cursor.hpp"

namespace flowrun {
bool RoundRobinExchange::has_room() {
  bool room = false;
  // All are asked, so that each of them rings when it has room.
  for (Channel* const channel : channels_) room = channel->has_room() || room;
  return room;
}

void RoundRobinExchange::send(Batch&& batch) {
  for (std::size_t tried = 0; tried < channels_.size() && !channels_[next_]->has_room(); ++tried)
    next_ = (next_ + 1) % channels_.size();
  channels_[next_]->push({std::move(batch)});
  next_ = (next_ + 1) % channels_.size();
}

void RoundRobinExchange::send(const Control& control) {
  if (std::holds_alternative<PartitionNews>(control)) return;
  for (Channel* const channel : channels_) channel->push(to_item(control));
}

GroupExchange::GroupExchange(const std::vector<Channel*>& channels) {
  for (Channel* const channel : channels) destinations_.push_back({channel, {}, beginning_of_time, {}});
}

bool GroupExchange::has_room() {
  bool room = true;
  for (Destination& destination : destinations_) room = destination.channel->has_room() && room;
  return room;
}

void GroupExchange::deal(const Batch& batch) {
  for (Destination& destination : destinations_) destination.rows.clear();
  for (const Batch::Row row : batch.rows())
    destinations_[batch.group(row).hash % destinations_.size()].rows.push_back(row);
}

void GroupExchange::send(Batch&& batch) {
  deal(batch);
  const std::size_t share = (batch.size() + 3) / 4;
  Destination* last = nullptr;  // gets the batch itself, once the others have read or shared it
  for (Destination& destination : destinations_) {
    if (destination.rows.empty()) continue;
    if (destination.rows.size() < share) {
      gather(batch, destination);
      continue;
    }
    flush(destination);
    if (last != nullptr) {
      Batch shared = batch.share();
      shared.select(last->rows);
      last->channel->push({std::move(shared)});
    }
    last = &destination;
  }
  if (last != nullptr) {
    if (last->rows.size() < batch.size()) batch.select(last->rows);
    last->channel->push({std::move(batch)});
  }
  if (++batches_gathered_ == most_gathered) flush();
}

void GroupExchange::gather(const Batch& batch, Destination& destination) {
  WatermarkCursor runs(batch.watermarks(), destination.watermark);
  for (const Batch::Row row : destination.rows) {
    Batch& gathered = destination.gathered;
    const Time watermark = runs.before(row);
    if (watermark > destination.watermark) {
      gathered.add_watermark(static_cast<Batch::Row>(gathered.stored()), watermark);
      destination.watermark = watermark;
    }
    if (gathered.stored() == 0) {
      gathered.set_partition(batch.partition());
    } else if (gathered.partition() != batch.partition()) {
      gathered.set_partition(nullptr);
    }
    gathered.append_copy(batch, row);
    if (gathered.full()) flush(destination);
  }
}

bool GroupExchange::flush(Destination& destination) {
  if (destination.gathered.stored() == 0) return false;
  destination.channel->push({std::exchange(destination.gathered, Batch())});
  return true;
}

bool GroupExchange::flush() {
  batches_gathered_ = 0;
  bool sent = false;
  for (Destination& destination : destinations_) sent = flush(destination) || sent;
  return sent;
}

void GroupExchange::send(const Control& control) {
  if (std::holds_alternative<PartitionNews>(control)) return;
  const auto* const watermark = std::get_if<Watermark>(&control);
  const bool changes_idleness =
      watermark != nullptr && std::exchange(is_idle_, watermark->is_idle) != watermark->is_idle;
  for (Destination& destination : destinations_) {
    if (watermark != nullptr) destination.watermark = std::max(destination.watermark, watermark->time);
    // A watermark crosses with the records that are gathered, so it does not tear small batches apart.
    if (watermark != nullptr && !changes_idleness && destination.gathered.stored() > 0) {
      destination.gathered.add_watermark(static_cast<Batch::Row>(destination.gathered.stored()), watermark->time);
    } else {
      flush(destination);
      destination.channel->push(to_item(control));
    }
  }
}

}  // namespace flowrun
