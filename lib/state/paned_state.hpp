#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "state/keyed_state.hpp"

namespace flowrun::state {

/// States of groups by pane of time: each pane has a table of its own, so that it is closed as a whole, without a look at
/// any group, and leaves nothing behind. Panes go by their start, in order. On one worker's thread.
class PanedState {
 public:
  using Entry = KeyedState::Entry;
  using Panes = std::map<Time, std::unique_ptr<KeyedState>>;

  PanedState(std::string name, std::shared_ptr<const Layout> layout);

  const std::string& name() const { return name_; }
  const Layout& layout() const { return *layout_; }

  /// Null where the pane has no group.
  KeyedState* find(Time pane) const;
  /// The states of a pane, opened where it is not there. Valid until it is closed.
  KeyedState& open(Time pane);
  /// Forgets all groups of a pane that is there; where changes are tracked, as one change.
  void close(Time pane);
  const Panes& panes() const { return panes_; }
  void clear();

  /// Of all panes.
  std::size_t size() const;
  std::size_t bytes() const;
  /// The memory that states of any pane own has changed by `bytes`.
  void grow(std::ptrdiff_t bytes) { owned_bytes_ += static_cast<std::size_t>(bytes); }

  void track_changes();
  /// First the panes that were closed, then the changes of each that is there.
  void take_changes(ChangeLog& log);
  /// Forgets one group of a pane that is there, and the pane with its last.
  void forget(Time pane, const Group& group);
  Status restore(Time pane, const Group& group, std::string_view state);

 private:
  std::string name_;
  std::shared_ptr<const Layout> layout_;
  Panes panes_;
  std::size_t owned_bytes_ = 0;
  bool tracking_ = false;
  std::vector<Time> closed_;
};

}  // namespace flowrun::state
