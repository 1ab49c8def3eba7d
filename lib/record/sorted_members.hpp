#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "record/value.hpp"

namespace flowrun {

/// The members of an object by their keys, in the order of the keys' bytes. Valid as long as the object's members. Those of
/// small objects, as groups are, take no memory of their own.
class SortedMembers {
 public:
  explicit SortedMembers(const Value& object);
  SortedMembers(const SortedMembers&) = delete;
  SortedMembers& operator=(const SortedMembers&) = delete;

  const Member& operator[](std::size_t position) const { return *sorted_[position]; }
  std::size_t size() const { return sorted_.size(); }
  auto begin() const { return sorted_.begin(); }
  auto end() const { return sorted_.end(); }

 private:
  std::array<const Member*, 8> few_;
  std::vector<const Member*> many_;
  std::span<const Member*> sorted_;
};

}  // namespace flowrun
