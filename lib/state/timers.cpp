#include "state/timers.hpp"

#include <algorithm>

namespace flowrun::state {

bool Timers::is_later(const Timer& left, const Timer& right) {
  return left.due != right.due ? left.due > right.due : left.id > right.id;
}

TimerId Timers::set(Time due, KeyedState::Entry& entry) {
  heap_.push_back({due, ++set_, &entry});
  std::push_heap(heap_.begin(), heap_.end(), is_later);
  return set_;
}

void Timers::cancel(TimerId id) {
  cancelled_.insert(id);
  if (2 * cancelled_.size() > heap_.size())
    drop_all_cancelled();
  else
    drop_cancelled_front();
}

KeyedState::Entry* Timers::take_due(Time now) {
  if (next_due() > now || heap_.empty()) return nullptr;
  KeyedState::Entry* const entry = heap_.front().entry;
  pop();
  drop_cancelled_front();
  return entry;
}

void Timers::clear() {
  heap_.clear();
  cancelled_.clear();
}

void Timers::pop() {
  std::pop_heap(heap_.begin(), heap_.end(), is_later);
  heap_.pop_back();
}

void Timers::drop_cancelled_front() {
  while (!heap_.empty() && !cancelled_.empty() && cancelled_.erase(heap_.front().id) > 0) pop();
}

void Timers::drop_all_cancelled() {
  std::erase_if(heap_, [this](const Timer& timer) { return cancelled_.count(timer.id) > 0; });
  std::make_heap(heap_.begin(), heap_.end(), is_later);
  cancelled_.clear();
}

}  // namespace flowrun::state
