#include "state/memory_store.hpp"

#include <string_view>
#include <utility>

namespace flowrun::state {

void MemoryStore::load(const Visit& visit) {
  for (const auto& [key, live] : live_) {
    const auto& [node, state, pane, group] = key;
    visit(node, state, {group, live.hash, false, live.state, pane});
  }
}

void MemoryStore::make(const StateChanges& changes) {
  std::string_view packed = changes.changes.bytes();
  for (Change change; !packed.empty() && ChangeLog::take(packed, change);) {
    const Key key{changes.node, changes.state, change.pane, std::string(change.group)};
    if (change.pane_closed)
      close(changes, change.pane);
    else if (change.erased)
      live_.erase(key);
    else
      live_[key] = {change.hash, std::string(change.state)};
  }
}

// The groups of one worker.
void MemoryStore::close(const StateChanges& changes, Time pane) {
  std::erase_if(live_, [&](const auto& entry) {
    const auto& [node, state, time, group] = entry.first;
    return node == changes.node && state == changes.state && time == pane &&
           entry.second.hash % changes.workers == changes.worker;
  });
}

void MemoryStore::put(const Epoch& epoch, bool decided) {
  prepared_ = epoch;
  if (decided) keep();
}

void MemoryStore::keep() {
  notes_ = std::move(prepared_->notes);
  for (const StateChanges& changes : prepared_->changes) make(changes);
  prepared_.reset();
}

void MemoryStore::discard(const std::string& node) {
  std::erase_if(live_, [&](const auto& entry) { return std::get<0>(entry.first) == node; });
}

}  // namespace flowrun::state
