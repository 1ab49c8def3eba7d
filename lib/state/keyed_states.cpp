#include "state/keyed_states.hpp"

#include <cassert>
#include <utility>

namespace flowrun::state {

KeyedState& KeyedStates::open(std::string name, std::shared_ptr<const Layout> layout) {
  assert(find(name) == nullptr);
  KeyedState& state = *states_.emplace_back(std::make_unique<KeyedState>(std::move(name), std::move(layout)));
  if (tracking_) state.track_changes();
  return state;
}

KeyedState* KeyedStates::find(std::string_view name) const {
  for (const auto& state : states_)
    if (state->name() == name) return state.get();
  return nullptr;
}

std::size_t KeyedStates::groups() const {
  std::size_t all = 0;
  for (const auto& state : states_) all += state->size();
  return all;
}

std::size_t KeyedStates::bytes() const {
  std::size_t all = 0;
  for (const auto& state : states_) all += state->bytes();
  return all;
}

void KeyedStates::track_changes() {
  tracking_ = true;
  for (const auto& state : states_) state->track_changes();
}

void KeyedStates::take_changes(const std::function<void(const KeyedState&, const Change&)>& sink) {
  for (const auto& state : states_) state->take_changes([&](const Change& change) { sink(*state, change); });
}

Status KeyedStates::restore(std::string_view name, const Group& group, std::string_view state) {
  KeyedState* const known = find(name);
  if (known == nullptr) return Error{"no state `" + std::string(name) + "`"};
  return known->restore(group, state);
}

}  // namespace flowrun::state
