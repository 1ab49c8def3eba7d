#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "runtime/item.hpp"

namespace flowrun {

/// First in, first out. Keeps its memory, so in steady use it allocates nothing (a deque would, for items of this size,
/// with each of them).
class ItemQueue {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  Item& front() { return places_[first_]; }

  void push(Item item) {
    if (size_ == places_.size()) grow();
    places_[(first_ + size_) & (places_.size() - 1)] = std::move(item);
    ++size_;
  }
  Item pop() {
    Item item = std::exchange(places_[first_], Item());
    first_ = (first_ + 1) & (places_.size() - 1);
    --size_;
    return item;
  }

 private:
  void grow() {
    std::vector<Item> larger(places_.empty() ? 2 : places_.size() * 2);
    for (std::size_t index = 0; index < size_; ++index)
      larger[index] = std::move(places_[(first_ + index) & (places_.size() - 1)]);
    places_ = std::move(larger);
    first_ = 0;
  }

  std::vector<Item> places_;  // a power of two of them
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace flowrun
