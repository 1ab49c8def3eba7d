#include "operators/aggregate/distinct_set.hpp"

#include <random>

#include "record/group.hpp"

namespace flowrun {
namespace {

// Drawn once per process, so that nobody can choose values that collide; no result depends on it.
std::uint64_t seed() {
  static const std::uint64_t drawn = std::random_device()();
  return drawn;
}

}  // namespace

std::string_view DistinctSet::at(const Members& members, std::uint64_t place) {
  return state::Reader(std::string_view(members.bytes).substr(place - 1)).take_bytes();
}

// The slot of an encoding that is there, else the free one where it belongs.
DistinctSet::Slot& DistinctSet::slot_of(Members& members, std::string_view encoding, std::uint64_t hash) {
  const std::size_t mask = members.slots.size() - 1;
  for (std::size_t index = hash & mask;; index = (index + 1) & mask) {
    Slot& slot = members.slots[index];
    if (slot.place == 0 || (slot.hash == hash && at(members, slot.place) == encoding)) return slot;
  }
}

void DistinctSet::grow(Members& members) {
  constexpr std::size_t first_slots = 8;
  std::vector<Slot> old(members.slots.empty() ? first_slots : members.slots.size() * 2);
  old.swap(members.slots);
  const std::size_t mask = members.slots.size() - 1;
  for (const Slot& slot : old) {
    if (slot.place == 0) continue;
    std::size_t index = slot.hash & mask;
    while (members.slots[index].place != 0) index = (index + 1) & mask;
    members.slots[index] = slot;
  }
}

bool DistinctSet::add(std::string_view encoding) {
  if (members_ == nullptr) members_ = std::make_unique<Members>();
  if (members_->count * 3 >= members_->slots.size() * 2) grow(*members_);
  const std::uint64_t hash = hash_group(encoding, seed());
  Slot& slot = slot_of(*members_, encoding, hash);
  if (slot.place != 0) return false;
  slot = {hash, members_->bytes.size() + 1};
  state::put_bytes(encoding, members_->bytes);
  ++members_->count;
  return true;
}

void DistinctSet::merge(const DistinctSet& other) {
  if (other.members_ == nullptr) return;
  state::Reader reader(other.members_->bytes);
  for (std::uint64_t left = other.count(); left > 0; --left) add(reader.take_bytes());
}

void DistinctSet::encode(std::string& out) const {
  state::put_bytes(members_ != nullptr ? std::string_view(members_->bytes) : std::string_view(), out);
}

void DistinctSet::decode(state::Reader& reader) {
  state::Reader encodings(reader.take_bytes());
  while (encodings.ok() && !encodings.complete()) add(encodings.take_bytes());
}

std::size_t DistinctSet::owned_bytes() const {
  if (members_ == nullptr) return 0;
  return sizeof(Members) + members_->bytes.capacity() + members_->slots.capacity() * sizeof(Slot);
}

}  // namespace flowrun
