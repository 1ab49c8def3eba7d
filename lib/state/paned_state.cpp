#include "state/paned_state.hpp"

#include <cassert>
#include <utility>

#include "state/change_log.hpp"

namespace flowrun::state {

PanedState::PanedState(std::string name, std::shared_ptr<const Layout> layout)
    : name_(std::move(name)), layout_(std::move(layout)) {}

KeyedState* PanedState::find(Time pane) const {
  const auto found = panes_.find(pane);
  return found != panes_.end() ? found->second.get() : nullptr;
}

KeyedState& PanedState::open(Time pane) {
  std::unique_ptr<KeyedState>& groups = panes_[pane];
  if (groups == nullptr) {
    groups = std::make_unique<KeyedState>(name_, layout_);
    if (tracking_) groups->track_changes();
  }
  return *groups;
}

void PanedState::close(Time pane) {
  const auto closing = panes_.find(pane);
  assert(closing != panes_.end());
  // Who closes a pane has emitted its groups, so this look at each that owns something is no scan.
  if (layout_->owns_memory())
    closing->second->each(
        [this](const Entry& entry) { grow(-static_cast<std::ptrdiff_t>(layout_->owned_bytes(entry.state()))); });
  panes_.erase(closing);
  if (tracking_) closed_.push_back(pane);
}

void PanedState::clear() {
  while (!panes_.empty()) close(panes_.begin()->first);
}

std::size_t PanedState::size() const {
  std::size_t all = 0;
  for (const auto& [start, groups] : panes_) all += groups->size();
  return all;
}

std::size_t PanedState::bytes() const {
  std::size_t all = owned_bytes_;
  for (const auto& [start, groups] : panes_) all += groups->bytes();
  return all;
}

void PanedState::track_changes() {
  tracking_ = true;
  for (const auto& [start, groups] : panes_) groups->track_changes();
}

void PanedState::take_changes(ChangeLog& log) {
  for (const Time pane : closed_)
    log.add({.group = {}, .hash = 0, .erased = true, .state = {}, .pane = pane, .pane_closed = true});
  closed_.clear();
  for (const auto& [start, groups] : panes_) groups->take_changes(log, start);
}

void PanedState::forget(Time pane, const Group& group) {
  KeyedState* const groups = find(pane);
  KeyedState::Entry* const entry = groups != nullptr ? groups->find(group) : nullptr;
  if (entry == nullptr) return;
  grow(-static_cast<std::ptrdiff_t>(layout_->owned_bytes(entry->state())));
  groups->erase(*entry);
  if (groups->size() == 0) panes_.erase(pane);
}

Status PanedState::restore(Time pane, const Group& group, std::string_view state) {
  forget(pane, group);
  KeyedState& groups = open(pane);
  if (Status restored = groups.restore(group, state); !restored.ok()) return restored;
  // What states own is counted here, for all panes.
  const auto owned = static_cast<std::ptrdiff_t>(layout_->owned_bytes(groups.find(group)->state()));
  groups.grow(-owned);
  grow(owned);
  return success();
}

}  // namespace flowrun::state
