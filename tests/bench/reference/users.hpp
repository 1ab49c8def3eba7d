#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <xxhash.h>

namespace reference {

/// A state for each user, in slots that stay where they are by number until the user is erased. Users are found by a flat
/// table of slot numbers (open addressing, linear probing, half full at most).
template <class State>
class Users {
 public:
  using Slot = std::uint32_t;

  Users() : table_(1024, none) {}

  std::size_t size() const { return slots_.size() - free_.size(); }
  std::string_view name(Slot slot) const { return slots_[slot].name; }
  State& operator[](Slot slot) { return slots_[slot].state; }
  const State& operator[](Slot slot) const { return slots_[slot].state; }

  /// The user's slot, and whether it is new.
  std::pair<Slot, bool> find_or_add(std::string_view user) {
    const auto hash = static_cast<std::uint32_t>(XXH3_64bits(user.data(), user.size()));
    std::size_t place = hash & mask();
    for (; table_[place] != none; place = (place + 1) & mask()) {
      const Entry& entry = slots_[table_[place]];
      if (entry.hash == hash && entry.name == user) return {table_[place], false};
    }
    const Slot slot = take_slot();
    slots_[slot].name = user;  // 15 bytes are held in its place
    slots_[slot].hash = hash;
    slots_[slot].state = State();
    table_[place] = slot;
    if (2 * size() > table_.size()) grow();
    return {slot, true};
  }

  void erase(Slot slot) {
    std::size_t place = slots_[slot].hash & mask();
    while (table_[place] != slot) place = (place + 1) & mask();
    close_gap(place);
    free_.push_back(slot);
  }

  void clear() {
    slots_.clear();
    free_.clear();
    std::fill(table_.begin(), table_.end(), none);
  }

  /// All of them by name; none may have been erased.
  std::vector<Slot> sorted() const {
    struct Key {
      std::uint64_t first, second;  // of the name's bytes, in their order
      Slot slot;
    };
    std::vector<Key> keys(slots_.size());
    for (Slot slot = 0; slot < slots_.size(); ++slot) keys[slot] = {word(slot, 0), word(slot, 8), slot};
    std::sort(keys.begin(), keys.end(), [this](const Key& left, const Key& right) {
      if (left.first != right.first) return left.first < right.first;
      if (left.second != right.second) return left.second < right.second;
      return name(left.slot) < name(right.slot);
    });
    std::vector<Slot> all;
    all.reserve(keys.size());
    for (const Key& key : keys) all.push_back(key.slot);
    return all;
  }

 private:
  struct Entry {
    std::string name;
    State state;
    std::uint32_t hash;
  };
  static constexpr Slot none = UINT32_MAX;

  std::size_t mask() const { return table_.size() - 1; }

  std::uint64_t word(Slot slot, std::size_t from) const {
    const std::string& name = slots_[slot].name;
    std::uint64_t bytes = 0;
    if (from < name.size()) std::memcpy(&bytes, name.data() + from, std::min<std::size_t>(8, name.size() - from));
    return __builtin_bswap64(bytes);
  }

  Slot take_slot() {
    if (free_.empty()) {
      slots_.emplace_back();
      return static_cast<Slot>(slots_.size() - 1);
    }
    const Slot slot = free_.back();
    free_.pop_back();
    return slot;
  }

  // Entries behind the gap move up where they would not be found beyond it.
  void close_gap(std::size_t gap) {
    for (std::size_t place = (gap + 1) & mask(); table_[place] != none; place = (place + 1) & mask()) {
      const std::size_t home = slots_[table_[place]].hash & mask();
      if (((place - home) & mask()) < ((place - gap) & mask())) continue;
      table_[gap] = table_[place];
      gap = place;
    }
    table_[gap] = none;
  }

  void grow() {
    const std::vector<Slot> old = std::exchange(table_, std::vector<Slot>(2 * table_.size(), none));
    for (const Slot slot : old) {
      if (slot == none) continue;
      std::size_t place = slots_[slot].hash & mask();
      while (table_[place] != none) place = (place + 1) & mask();
      table_[place] = slot;
    }
  }

  std::vector<Entry> slots_;
  std::vector<Slot> free_;
  std::vector<Slot> table_;
};

}  // namespace reference
