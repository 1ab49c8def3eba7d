#include "state/store_model.hpp"

#include <stdexcept>

namespace flowrun::state {
namespace {

constexpr std::uint32_t workers = 2;

std::string group_bytes(int number) {
  std::string bytes;
  const std::string text = "group " + std::to_string(number) + std::string(number % 7 == 0 ? 60 : 0, '.');
  encode_group(Value::text(text), bytes);
  return bytes;
}

}  // namespace

std::string StoreModel::random_state(std::mt19937& random) const {
  const std::size_t size = random() % static_cast<unsigned>(shape_.bytes) * (random() % 50 == 0 ? 50 : 1);
  std::string bytes = std::to_string(random());
  bytes.resize(size, 's');
  return bytes;
}

Epoch StoreModel::next(std::mt19937& random) {
  Epoch epoch{.notes = notes_of(epochs_++)};
  for (const char* state : {"counts", "panes"})
    for (std::uint32_t worker = 0; worker < workers; ++worker) {
      StateChanges changes{.node = "sums", .state = state, .worker = worker, .workers = workers};
      if (changes.state == "panes" && random() % 4 == 0) close(static_cast<std::int64_t>(random() % 5), changes);
      for (int count = 0; count < shape_.changes; ++count) change(random, state, changes);
      epoch.changes.push_back(std::move(changes));
    }
  StateChanges seen{.node = "dedupe", .state = "seen"};
  for (int count = 0; count < shape_.changes / 4; ++count) change(random, "seen", seen);
  epoch.changes.push_back(std::move(seen));
  return epoch;
}

void StoreModel::change(std::mt19937& random, const std::string& state, StateChanges& changes) {
  const std::string group = group_bytes(static_cast<int>(random() % static_cast<unsigned>(shape_.groups)));
  const std::uint64_t hash = hash_group(group, seed_);
  if (hash % changes.workers != changes.worker) return;
  Change change{.group = group, .hash = hash, .erased = random() % 5 == 0};
  if (state == "panes") change.pane = Time(Duration(random() % 5));
  const Place place{changes.node, state, change.pane.time_since_epoch().count(), group};
  const std::string bytes = random_state(random);
  if (change.erased)
    live_.erase(place);
  else
    live_[place] = bytes;
  if (!change.erased) change.state = bytes;
  changes.changes.add(change);
}

void StoreModel::close(std::int64_t pane, StateChanges& changes) {
  changes.changes.add({.hash = 0, .erased = true, .pane = Time(Duration(pane)), .pane_closed = true});
  std::erase_if(live_, [&](const auto& entry) {
    const auto& [node, state, entry_pane, group] = entry.first;
    return node == changes.node && state == changes.state && entry_pane == pane &&
           hash_group(group, seed_) % changes.workers == changes.worker;
  });
}

void StoreModel::forget(const std::string& node) {
  std::erase_if(live_, [&](const auto& entry) { return std::get<0>(entry.first) == node; });
}

StoreModel::Live loaded(Store& store) {
  StoreModel::Live live;
  store.load([&](const std::string& node, const std::string& state, const Change& change) {
    if (change.pane_closed) throw std::logic_error("load tells of a closed pane");
    if (change.hash != hash_group(change.group, store.seed())) throw std::logic_error("load tells another hash");
    const StoreModel::Place place{node, state, change.pane.time_since_epoch().count(), std::string(change.group)};
    if (change.erased)
      live.erase(place);
    else
      live[place] = change.state;
  });
  return live;
}

EpochNotes notes_of(std::uint64_t epoch) {
  const auto number = static_cast<std::int64_t>(epoch);
  return {.epoch = epoch,
          .flow = "orders",
          .partitions = {{.source = "read",
                          .resource = "orders.jsonl",
                          .number = 3,
                          .position = "offset " + std::to_string(epoch * 100),
                          .has_ended = epoch % 2 == 0,
                          .largest_time = Time(Duration(number))}},
          .steps = {{.node = "sums", .watermark = Time(Duration(number)), .closed_until = Time(Duration(number + 1))}},
          .sinks = {{.resource = "out.jsonl", .position = std::string(epoch % 50, 'p')}},
          .fingerprints = {{.step = "sums", .text = "aggregate by .user"}}};
}

std::string text_of(const EpochNotes& notes) {
  std::string text = std::to_string(notes.epoch) + ' ' + notes.flow;
  const auto time = [](Time of) { return ' ' + std::to_string(of.time_since_epoch().count()); };
  for (const PartitionNote& each : notes.partitions)
    text += "\npartition " + each.source + ' ' + each.resource + ' ' + std::to_string(each.number) + ' ' +
            each.position + (each.has_ended ? " ended" : "") + time(each.largest_time);
  for (const StepNote& each : notes.steps)
    text += "\nstep " + each.node + time(each.watermark) + time(each.closed_until);
  for (const SinkNote& each : notes.sinks) text += "\nsink " + each.resource + ' ' + each.position;
  for (const StepFingerprint& each : notes.fingerprints) text += "\nfingerprint " + each.step + ' ' + each.text;
  return text;
}

}  // namespace flowrun::state
