#include "state/store/closings.hpp"

#include <algorithm>

namespace flowrun::state {

Closings::Closings(const Contents& contents, std::uint32_t state, std::uint64_t epochs) {
  for (const Manifest& manifest : contents.manifests)
    for (const StoredChanges& changes : manifest.changes)
      if (changes.state == state && manifest.epoch < epochs)
        for (const Closing& closing : changes.closings)
          panes_[closing.pane.time_since_epoch().count()].emplace_back(age_of(manifest), closing);
}

bool Closings::has_closed(const Change& change, Age age) const {
  if (panes_.empty() || change.pane == no_time) return false;
  const auto pane = panes_.find(change.pane.time_since_epoch().count());
  return pane != panes_.end() && std::any_of(pane->second.begin(), pane->second.end(), [&](const auto& closing) {
           return closing.first > age && closing.second.covers(change.hash);
         });
}

}  // namespace flowrun::state
