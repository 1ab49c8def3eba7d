#include "runtime/epoch_parts.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace flowrun {
namespace {

template <class T>
void append(std::vector<T>& all, std::vector<T>&& more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

void EpochParts::add(std::uint64_t epoch, std::vector<state::PartitionNote> partitions) {
  const std::lock_guard lock(mutex_);
  append(epochs_[epoch].notes.partitions, std::move(partitions));
}

void EpochParts::add(std::uint64_t epoch, state::StepNote step, std::vector<state::StateChanges> changes) {
  const std::lock_guard lock(mutex_);
  state::Epoch& parts = epochs_[epoch];
  append(parts.changes, std::move(changes));
  auto& steps = parts.notes.steps;
  const auto known =
      std::find_if(steps.begin(), steps.end(), [&](const state::StepNote& note) { return note.node == step.node; });
  if (known == steps.end()) return steps.push_back(std::move(step));
  known->watermark = std::min(known->watermark, step.watermark);
  known->closed_until = std::max(known->closed_until, step.closed_until);
}

state::Epoch EpochParts::take(std::uint64_t epoch) {
  state::Epoch taken;
  {
    const std::lock_guard lock(mutex_);
    const auto found = epochs_.find(epoch);
    if (found != epochs_.end()) taken = std::move(found->second), epochs_.erase(found);
  }
  taken.notes.epoch = epoch;
  std::sort(taken.notes.partitions.begin(), taken.notes.partitions.end(), [](const auto& left, const auto& right) {
    return std::tie(left.source, left.resource, left.number) < std::tie(right.source, right.resource, right.number);
  });
  std::sort(taken.notes.steps.begin(), taken.notes.steps.end(),
            [](const auto& left, const auto& right) { return left.node < right.node; });
  return taken;
}

}  // namespace flowrun
