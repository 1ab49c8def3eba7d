#include "state/keyed_states.hpp"

#include <cassert>
#include <utility>

namespace flowrun::state {

KeyedState& KeyedStates::open(std::string name, std::shared_ptr<const Layout> layout) {
  assert(find(name) == nullptr && find_panes(name) == nullptr);
  KeyedState& state = *states_.emplace_back(std::make_unique<KeyedState>(std::move(name), std::move(layout)));
  if (tracking_) state.track_changes();
  return state;
}

PanedState& KeyedStates::open_panes(std::string name, std::shared_ptr<const Layout> layout) {
  assert(find(name) == nullptr && find_panes(name) == nullptr);
  PanedState& state = *paned_.emplace_back(std::make_unique<PanedState>(std::move(name), std::move(layout)));
  if (tracking_) state.track_changes();
  return state;
}

KeyedState* KeyedStates::find(std::string_view name) const {
  for (const auto& state : states_)
    if (state->name() == name) return state.get();
  return nullptr;
}

PanedState* KeyedStates::find_panes(std::string_view name) const {
  for (const auto& state : paned_)
    if (state->name() == name) return state.get();
  return nullptr;
}

std::size_t KeyedStates::groups() const {
  std::size_t all = 0;
  for (const auto& state : states_) all += state->size();
  for (const auto& state : paned_) all += state->size();
  return all;
}

std::size_t KeyedStates::bytes() const {
  std::size_t all = 0;
  for (const auto& state : states_) all += state->bytes();
  for (const auto& state : paned_) all += state->bytes();
  return all;
}

void KeyedStates::track_changes() {
  tracking_ = true;
  for (const auto& state : states_) state->track_changes();
  for (const auto& state : paned_) state->track_changes();
}

std::vector<KeyedStates::StateLog> KeyedStates::take_changes() {
  std::vector<StateLog> logs;
  const auto take = [&logs](auto& state) {
    StateLog log{state.name(), {}};
    state.take_changes(log.changes);
    if (!log.changes.empty()) logs.push_back(std::move(log));
  };
  for (const auto& state : states_) take(*state);
  for (const auto& state : paned_) take(*state);
  return logs;
}

void KeyedStates::take_changes(const ChangeSink& sink) {
  for (const auto& [name, changes] : take_changes()) {
    std::string_view rest = changes.bytes();
    Change change{};
    while (!rest.empty() && ChangeLog::take(rest, change)) sink(name, change);
  }
}

Status KeyedStates::restore(std::string_view name, const Group& group, std::string_view state, Time pane) {
  if (PanedState* const paned = find_panes(name); paned != nullptr) return paned->restore(pane, group, state);
  KeyedState* const known = find(name);
  if (known == nullptr) return Error{"no state `" + std::string(name) + "`"};
  return known->restore(group, state);
}

Status KeyedStates::apply(std::string_view name, const Change& change) {
  const Group group{change.group, change.hash};
  if (!change.erased) return restore(name, group, change.state, change.pane);
  if (PanedState* const paned = find_panes(name); paned != nullptr) {
    paned->forget(change.pane, group);
    return success();
  }
  KeyedState* const known = find(name);
  if (known == nullptr) return Error{"no state `" + std::string(name) + "`"};
  if (KeyedState::Entry* const entry = known->find(group); entry != nullptr) known->forget(*entry);
  return success();
}

}  // namespace flowrun::state
