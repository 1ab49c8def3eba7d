#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "state/encoding.hpp"

namespace flowrun {

/// Canonical encodings of values, each once: counts distinct values exactly. The encodings lie one behind the other in
/// one text; a table with open addressing leads to them.
class DistinctSet {
 public:
  /// False where it is there already.
  bool add(std::string_view encoding);
  void merge(const DistinctSet& other);
  std::uint64_t count() const { return members_ != nullptr ? members_->count : 0; }

  void encode(std::string& out) const;
  void decode(state::Reader& reader);
  std::size_t owned_bytes() const;

 private:
  struct Slot {
    std::uint64_t hash;
    std::uint64_t place;  // one more than the offset in `bytes`; 0: free
  };
  struct Members {
    std::string bytes;  // of each its size as a count, then itself
    std::vector<Slot> slots;
    std::uint64_t count = 0;
  };
  static std::string_view at(const Members& members, std::uint64_t place);
  static Slot& slot_of(Members& members, std::string_view encoding, std::uint64_t hash);
  static void grow(Members& members);

  std::unique_ptr<Members> members_;
};

}  // namespace flowrun
