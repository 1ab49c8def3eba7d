#include "runtime/checkpoints.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace flowrun {
namespace {

auto order_of(const state::PartitionNote& note) {
  return std::tuple(std::string_view(note.source), std::string_view(note.resource), note.number);
}

bool stands_before(const state::PartitionNote& left, const state::PartitionNote& right) {
  return order_of(left) < order_of(right);
}

}  // namespace

Checkpoints::Checkpoints(const Plan& plan, state::Store& store, const Discarding& discarding)
    : plan_(plan), store_(store) {
  if (store.latest() != nullptr) prepare_to_go_on(plan, discarding, store);
}

const state::PartitionNote* Checkpoints::partition(std::string_view source, const PartitionName& name) const {
  if (is_new()) return nullptr;
  const auto& notes = store_.latest()->partitions;
  const auto wanted = std::tuple(source, std::string_view(name.resource), name.number);
  const auto found = std::lower_bound(notes.begin(), notes.end(), wanted,
                                      [](const auto& note, const auto& sought) { return order_of(note) < sought; });
  return found != notes.end() && order_of(*found) == wanted ? &*found : nullptr;
}

Time Checkpoints::watermark(std::string_view node) const {
  if (is_new()) return beginning_of_time;
  for (const state::StepNote& note : store_.latest()->steps)
    if (note.node == node) return note.watermark;
  return beginning_of_time;
}

Time Checkpoints::closed_until(std::string_view step) const {
  Time closed = beginning_of_time;
  if (is_new()) return closed;
  for (const state::StepNote& note : store_.latest()->steps)
    for (const Plan::Node& node : plan_.nodes)
      if (node.name == note.node && node.step == step) closed = std::max(closed, note.closed_until);
  return closed;
}

const std::string* Checkpoints::sink(std::string_view resource) const {
  if (is_new()) return nullptr;
  for (const state::SinkNote& note : store_.latest()->sinks)
    if (note.resource == resource) return &note.position;
  return nullptr;
}

std::vector<const state::PartitionNote*> Checkpoints::missing(std::vector<state::PartitionNote> found) const {
  std::sort(found.begin(), found.end(), stands_before);
  std::vector<const state::PartitionNote*> missing;
  if (is_new()) return missing;
  for (const state::PartitionNote& note : store_.latest()->partitions)
    if (!note.has_ended && !std::binary_search(found.begin(), found.end(), note, stands_before))
      missing.push_back(&note);
  return missing;
}

void Checkpoints::put(std::uint64_t epoch, std::vector<state::SinkNote> sinks) {
  state::Epoch whole = parts_.take(epoch);
  whole.notes.flow = plan_.flow;
  whole.notes.sinks = std::move(sinks);
  whole.notes.fingerprints = plan_.fingerprints;
  store_.put(whole, true);
}

}  // namespace flowrun
