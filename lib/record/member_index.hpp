#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "record/value.hpp"

namespace flowrun {

/// Objects up to this size are searched member by member.
inline constexpr std::size_t most_unindexed = 16;

/// Where the keys of an object's members stand: a hash table of positions, open addressing, in an arena. The hash is
/// seeded once per process, so that nobody can choose keys that collide. One thread writes, then any number read.
class MemberIndex {
 public:
  static constexpr std::size_t not_found = static_cast<std::size_t>(-1);

  /// Room for `most` members.
  static MemberIndex* make(Arena& arena, std::size_t most);

  /// The position of `key` among `members`, which begin with those that were added; `not_found` where it is not one of
  /// the added ones.
  std::size_t find(std::span<const Member> members, std::string_view key) const;

  /// Adds the member behind the last one added. False, and nothing is added, where its key is there already: then
  /// `position` is that of the member with the same key.
  bool add(std::span<const Member> members, std::size_t& position);

  /// How many members were added: positions below it are found.
  std::size_t indexed() const { return indexed_; }
  std::size_t most() const { return most_; }

 private:
  static constexpr std::uint32_t free_slot = static_cast<std::uint32_t>(-1);

  std::size_t slot_of(std::span<const Member> members, std::string_view key) const;
  std::uint32_t* slots() { return reinterpret_cast<std::uint32_t*>(this + 1); }
  const std::uint32_t* slots() const { return reinterpret_cast<const std::uint32_t*>(this + 1); }

  std::uint64_t mask_;
  std::uint32_t most_;
  std::uint32_t indexed_;
};

/// Gives an object above `most_unindexed` members its index, or brings the one that it has up to date with members that
/// were appended in its place. Whoever removes or reorders members sets `header().index` to null first.
void index_members(const Value& object, Arena& arena);

}  // namespace flowrun
