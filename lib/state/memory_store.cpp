#include "state/memory_store.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace flowrun::state {

void MemoryStore::load(const Visit& visit) {
  for (const StateChanges& changes : changes_) {
    std::string_view packed = changes.changes.bytes();
    for (Change change; !packed.empty() && ChangeLog::take(packed, change);) visit(changes.node, changes.state, change);
  }
}

void MemoryStore::put(const Epoch& epoch, bool decided) {
  prepared_ = epoch;
  if (decided) keep();
}

void MemoryStore::keep() {
  notes_ = std::move(prepared_->notes);
  changes_.insert(changes_.end(), prepared_->changes.begin(), prepared_->changes.end());
  prepared_.reset();
}

void MemoryStore::discard(const std::string& node) {
  std::erase_if(changes_, [&](const StateChanges& changes) { return changes.node == node; });
}

}  // namespace flowrun::state
