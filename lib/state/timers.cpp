#include "state/timers.hpp"

#include <algorithm>

namespace flowrun::state {

bool Timers::is_later(const Timer& left, const Timer& right) {
  return left.due != right.due ? left.due > right.due : left.order > right.order;
}

void Timers::set(Time due, KeyedState::Entry& entry) {
  heap_.push_back({due, set_++, &entry});
  std::push_heap(heap_.begin(), heap_.end(), is_later);
}

KeyedState::Entry* Timers::take_due(Time now) {
  if (next_due() > now || heap_.empty()) return nullptr;
  std::pop_heap(heap_.begin(), heap_.end(), is_later);
  KeyedState::Entry* const entry = heap_.back().entry;
  heap_.pop_back();
  return entry;
}

}  // namespace flowrun::state
