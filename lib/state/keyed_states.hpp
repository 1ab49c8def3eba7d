#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "state/change_log.hpp"
#include "state/keyed_state.hpp"
#include "state/paned_state.hpp"
#include "state/timers.hpp"

namespace flowrun::state {

/// All state and timers of one step on one worker. The runtime makes it and keeps it as long as the step; at a cut it
/// takes the changes, and after a start it restores each stored group on the worker that the group's hash names.
class KeyedStates {
 public:
  /// `seed` of the groups' hashes: the same on all workers of a job, drawn once per store.
  explicit KeyedStates(std::uint64_t seed = 0) : seed_(seed) {}

  std::uint64_t seed() const { return seed_; }

  /// A new state, by a name of its own within the step. Steps open all their states when they are made.
  KeyedState& open(std::string name, std::shared_ptr<const Layout> layout);
  /// The same, kept by pane of time.
  PanedState& open_panes(std::string name, std::shared_ptr<const Layout> layout);
  /// Null where the step has opened no state of that name.
  KeyedState* find(std::string_view name) const;
  PanedState* find_panes(std::string_view name) const;

  Timers& event_timers() { return event_timers_; }
  Timers& system_timers() { return system_timers_; }

  std::size_t groups() const;
  std::size_t bytes() const;

  /// From now on changes are listed, for `take_changes`. Call it before the first record.
  void track_changes();
  /// What changed since the last call in each state that has changed.
  struct StateLog {
    std::string name;
    ChangeLog changes;
  };
  std::vector<StateLog> take_changes();
  /// The same, change by change. Views are valid during the call.
  using ChangeSink = std::function<void(const std::string& name, const Change&)>;
  void take_changes(const ChangeSink& sink);
  /// Sets the state of a group as stored; of one that is kept by pane, in that pane. An error: no state of that name, or
  /// damaged bytes.
  Status restore(std::string_view name, const Group& group, std::string_view state, Time pane = no_time);
  /// Makes a change as stored: sets the state of a group, or forgets it.
  Status apply(std::string_view name, const Change& change);

 private:
  std::uint64_t seed_;
  std::vector<std::unique_ptr<KeyedState>> states_;
  std::vector<std::unique_ptr<PanedState>> paned_;
  bool tracking_ = false;
  Timers event_timers_;
  Timers system_timers_;
};

}  // namespace flowrun::state
