#include "record/member_index.hpp"

#include <algorithm>
#include <bit>
#include <random>

#include "record/group.hpp"

namespace flowrun {
namespace {

std::uint64_t seed() {
  static const std::uint64_t drawn = [] {
    std::random_device device;
    return (static_cast<std::uint64_t>(device()) << 32) | device();
  }();
  return drawn;
}

}  // namespace

MemberIndex* MemberIndex::make(Arena& arena, std::size_t most) {
  const std::size_t slot_count = std::bit_ceil(2 * most);
  auto* const index =
      static_cast<MemberIndex*>(arena.allocate(sizeof(MemberIndex) + slot_count * sizeof(std::uint32_t)));
  index->mask_ = slot_count - 1;
  index->most_ = static_cast<std::uint32_t>(most);
  index->indexed_ = 0;
  std::fill_n(index->slots(), slot_count, free_slot);
  return index;
}

std::size_t MemberIndex::slot_of(std::span<const Member> members, std::string_view key) const {
  std::uint64_t slot = hash_group(key, seed()) & mask_;
  while (slots()[slot] != free_slot && members[slots()[slot]].key.as_text() != key) slot = (slot + 1) & mask_;
  return slot;
}

std::size_t MemberIndex::find(std::span<const Member> members, std::string_view key) const {
  // A view of fewer members than were added (the object has grown since) must not look behind its end.
  const std::span<const Member> added(members.data(), indexed_);
  const std::uint32_t position = slots()[slot_of(added, key)];
  return position < members.size() ? position : not_found;
}

bool MemberIndex::add(std::span<const Member> members, std::size_t& position) {
  const std::size_t slot = slot_of(members, members[indexed_].key.as_text());
  position = slots()[slot];
  if (slots()[slot] != free_slot) return false;
  position = indexed_;
  slots()[slot] = indexed_++;
  return true;
}

void index_members(const Value& object, Arena& arena) {
  const std::span<const Member> members = object.members();
  if (members.size() <= most_unindexed) return;
  ContainerHeader& header = object.header();
  auto* index = static_cast<MemberIndex*>(header.index);
  if (index == nullptr || index->most() < members.size()) {
    index = MemberIndex::make(arena, std::max<std::size_t>(members.size(), header.capacity));
    header.index = index;
  }
  std::size_t position = 0;
  while (index->indexed() < members.size() && index->add(members, position)) {
  }
}

}  // namespace flowrun
