#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace flowrun::state {

/// Begins to load the line of memory at `address`. The statement that does nothing counts as an effect: without one, g++ 12
/// takes functions that only prefetch for ones that do nothing, and drops the calls of them that it does not inline.
inline void prefetch(const void* address) {
  __builtin_prefetch(address);
  asm volatile("");
}

/// Pointers by the hash of what they lead to: open addressing with linear probing, at most half full, and no tombstones
/// (an erased slot is filled by those behind it; Knuth, The Art of Computer Programming 3, 6.4, algorithm R). It shrinks
/// when it has become nearly empty. The hash stands beside the pointer, so that probing and growing touch no entry. Slots can be prefetched for hashes to come.
template <class Entry>
class GroupTable {
 public:
  /// The entry of that hash for which `is_sought` holds, or null.
  template <class IsSought>
  Entry* find(std::uint64_t hash, IsSought&& is_sought) const {
    if (slots_.empty()) return nullptr;
    for (std::size_t at = home(hash);; at = next(at)) {
      const Slot& slot = slots_[at];
      if (slot.entry == nullptr) return nullptr;
      if (slot.hash == hash && is_sought(*slot.entry)) return slot.entry;
    }
  }

  /// `entry` is not there yet.
  void insert(std::uint64_t hash, Entry& entry) {
    if (2 * (size_ + 1) > slots_.size()) grow();
    place({hash, &entry});
    ++size_;
  }

  /// `entry` is there.
  void erase(std::uint64_t hash, const Entry& entry) {
    std::size_t hole = home(hash);
    while (slots_[hole].entry != &entry) hole = next(hole);
    for (std::size_t at = next(hole); slots_[at].entry != nullptr; at = next(at)) {
      // A slot may move to the hole where its probing, from its home on, passes the hole.
      const std::size_t distance = (at - home(slots_[at].hash)) & mask();
      if (distance < ((at - hole) & mask())) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = {};
    --size_;
    if (slots_.size() > fewest_slots && 8 * size_ < slots_.size()) resize(std::max(fewest_slots, slots_.size() / 4));
  }

  void clear() {
    slots_.clear();
    slots_.shrink_to_fit();
    size_ = 0;
  }

  std::size_t size() const { return size_; }
  std::size_t bytes() const { return slots_.capacity() * sizeof(Slot); }

  template <class Visit>
  void each(Visit&& visit) const {
    for (const Slot& slot : slots_)
      if (slot.entry != nullptr) visit(*slot.entry);
  }

  /// Begins to load the slot where a hash is looked for first.
  void prefetch_slot(std::uint64_t hash) const {
    if (!slots_.empty()) prefetch(&slots_[home(hash)]);
  }
  /// Begins to load the entry that is probably found for a hash, whose slot should be there.
  void prefetch_entry(std::uint64_t hash) const {
    if (!slots_.empty()) prefetch(slots_[home(hash)].entry);
  }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    Entry* entry = nullptr;
  };
  static constexpr std::size_t fewest_slots = 16;

  std::size_t mask() const { return slots_.size() - 1; }
  std::size_t next(std::size_t at) const { return (at + 1) & mask(); }
  // The low bits of the hash choose the worker, so on one worker they are nearly the same: the table goes by the others.
  std::size_t home(std::uint64_t hash) const { return std::rotl(hash, 32) & mask(); }

  void place(Slot slot) {
    std::size_t at = home(slot.hash);
    while (slots_[at].entry != nullptr) at = next(at);
    slots_[at] = slot;
  }
  void grow() { resize(slots_.empty() ? fewest_slots : 2 * slots_.size()); }
  void resize(std::size_t slots) {
    std::vector<Slot> before(slots);
    before.swap(slots_);
    for (const Slot& slot : before)
      if (slot.entry != nullptr) place(slot);
  }

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace flowrun::state
