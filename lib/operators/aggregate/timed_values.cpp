#include "operators/aggregate/timed_values.hpp"

#include <algorithm>
#include <utility>

namespace flowrun {

TimedValues::List& TimedValues::list() {
  if (list_ == nullptr) list_ = std::make_unique<List>();
  return *list_;
}

void TimedValues::append(Item&& item) {
  List& all = list();
  all.in_order = all.in_order && (all.items.empty() || all.items.back().time <= item.time);
  all.value_bytes += item.value.owned_bytes();
  all.items.push_back(std::move(item));
}

void TimedValues::add(Time time, const Value& value) { append({time, state::OwnedValue(value)}); }

void TimedValues::merge(TimedValues&& later) {
  if (list_ == nullptr) {
    list_ = std::move(later.list_);
    return;
  }
  if (later.list_ == nullptr) return;
  for (Item& item : later.list_->items) append(std::move(item));
}

std::vector<const TimedValues::Item*> TimedValues::in_order() const {
  std::vector<const Item*> order;
  if (list_ == nullptr) return order;
  order.reserve(list_->items.size());
  for (const Item& item : list_->items) order.push_back(&item);
  if (!list_->in_order)
    std::stable_sort(order.begin(), order.end(),
                     [](const Item* left, const Item* right) { return left->time < right->time; });
  return order;
}

void TimedValues::encode(std::string& out) const {
  state::put_count(size(), out);
  if (list_ == nullptr) return;
  for (const Item& item : list_->items) {
    state::put(item.time, out);
    state::put_value(item.value.get(), out);
  }
}

void TimedValues::decode(state::Reader& reader) {
  Arena arena;
  for (std::uint64_t left = reader.take_count(); left > 0 && reader.ok(); --left) {
    const Time time = reader.take<Time>();
    add(time, reader.take_value(arena));
    arena.clear();
  }
}

std::size_t TimedValues::owned_bytes() const {
  if (list_ == nullptr) return 0;
  return sizeof(List) + list_->items.capacity() * sizeof(Item) + list_->value_bytes;
}

}  // namespace flowrun
