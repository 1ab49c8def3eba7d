#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "state/store/contents.hpp"

namespace flowrun::state {

/// How old a change is: those of the snapshot come before those of every epoch.
using Age = std::uint64_t;
inline constexpr Age in_snapshot = 0;
inline Age age_of(const Manifest& manifest) { return manifest.epoch + 1; }

/// The panes of one state that epochs have closed, to tell which of its entries are gone.
class Closings {
 public:
  /// Of the epochs of `contents` below `epochs`.
  Closings(const Contents& contents, std::uint32_t state, std::uint64_t epochs);

  bool empty() const { return panes_.empty(); }
  /// Whether the pane of a change of that age was closed later. Closings come before the other changes of their epoch.
  bool has_closed(const Change& change, Age age) const;

 private:
  std::unordered_map<std::int64_t, std::vector<std::pair<Age, Closing>>> panes_;
};

}  // namespace flowrun::state
