#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "state/encoding.hpp"
#include "state/owned_value.hpp"

namespace flowrun {

/// Values with their event times, in the order of their arrival. A null pointer while it is empty.
class TimedValues {
 public:
  struct Item {
    Time time;
    state::OwnedValue value;
  };

  void add(Time time, const Value& value);
  /// Those of `later` arrived after these.
  void merge(TimedValues&& later);
  /// By event time, ties by arrival. Valid until the next change.
  std::vector<const Item*> in_order() const;
  /// By arrival.
  std::span<const Item> items() const {
    return list_ != nullptr ? std::span<const Item>(list_->items) : std::span<const Item>();
  }
  std::size_t size() const { return list_ != nullptr ? list_->items.size() : 0; }

  void encode(std::string& out) const;
  void decode(state::Reader& reader);
  std::size_t owned_bytes() const;

 private:
  struct List {
    std::vector<Item> items;
    std::size_t value_bytes = 0;
    bool in_order = true;
  };
  List& list();
  void append(Item&& item);

  std::unique_ptr<List> list_;
};

}  // namespace flowrun
