#pragma once

#include <memory>

#include "component/operator.hpp"
#include "operators/aggregate/results.hpp"
#include "state/paned_state.hpp"

namespace flowrun {

/// Closes the windows of a state that is kept by pane: emits them by end, start and group, and forgets the panes that no
/// open window needs. On one worker.
class PaneWindows {
 public:
  virtual ~PaneWindows() = default;

  /// The end of the first window that is open and has a record; end_of_time: none has.
  virtual Time next_end() const = 0;
  /// Emits all windows that end by `time`, as far as the output takes them; `more`: call again with the same time, before
  /// any record is added.
  virtual Progress close_until(Time time, Output& output) = 0;
  /// Emits what a group has in a window that is open. `entry` of `groups`: its state, or where windows share panes, one of
  /// that group.
  virtual void emit_provisional(Time start, const state::KeyedState& groups, const state::KeyedState::Entry& entry,
                                Output& output) = 0;
  /// A record is about to be added to a pane that has ended by the clock, which stands at `now`. True: first `close_until(now)`, lest it be
  /// counted in a window that has ended.
  virtual bool must_close_first(Time pane, Time now) const {
    static_cast<void>(pane), static_cast<void>(now);
    return false;
  }
  /// The state of a group is about to change in a pane that has ended by the clock, which stands at `now`.
  virtual void changing(Time pane, const Group& group, Time now) {
    static_cast<void>(pane), static_cast<void>(group), static_cast<void>(now);
  }
  /// All state up to `closed` is gone, or what is there was restored.
  virtual void restored(Time closed) { static_cast<void>(closed); }
  /// The end of the last window that was closed.
  virtual Time last_closed() const = 0;
};

/// One window per pane; or none, and all of time is one.
std::unique_ptr<PaneWindows> make_tumbling_windows(const Window& window, state::PanedState& state,
                                                   AggregateResults& results);

}  // namespace flowrun
