#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "state/keyed_states.hpp"
#include "state/session_list.hpp"

namespace flowrun::state {

/// Open sessions of groups: runs of records that follow each other at most `gap` apart. A session closes when the clock is
/// beyond its last record and the gap; until then a record may make it longer, or one of two. Timers stand in a heap, one
/// per group that counts. Closing and merging touch no other group. On one worker's thread.
class SessionState {
 public:
  using Entry = KeyedState::Entry;

  /// `inner` is the layout of the state of a session.
  SessionState(KeyedStates& states, std::string name, std::shared_ptr<const Layout> inner, Duration gap);

  KeyedState& groups() { return groups_; }
  Time end_of(const Session& session) const { return session.last + gap_; }

  /// The open sessions of a group that a record at `time` belongs to; it bridges them where there are two.
  struct Found {
    Session* earlier = nullptr;
    Session* later = nullptr;
  };
  Found find(const Entry& entry, Time time) const;
  /// The group has sessions that closed when the clock came to `now`, but have not been taken.
  bool has_closed(const Entry& entry, Time now) const;

  /// Each notes the group as changed.
  Session& open(Entry& entry, Time time);
  void extend(Entry& entry, Session& session, Time time);
  /// The session that a record at `time` goes into: the one that was found, which has taken in the other and the time, or a
  /// new one.
  Session& take_in(Entry& entry, Time time, Found found);
  /// `earlier` takes in `later`, which is gone then.
  void merge(Entry& entry, Session& earlier, Session& later);
  /// What the state of a session owns has grown.
  void grow(std::ptrdiff_t bytes) { groups_.grow(bytes); }

  /// When the next session may close; end_of_time: there is none.
  Time next_due() const { return timers_.empty() ? end_of_time : timers_.front().due; }

  /// A session that is not open any more. Its group stays until it is released.
  struct Closed {
    Entry* entry;
    Session* session;
  };
  /// Takes the sessions that have closed when the clock has come to `now`, in no order.
  void take_closed(Time now, std::vector<Closed>& closed);
  /// What closed sessions go out by: end, start and group.
  std::tuple<Time, Time, std::string_view> order_of(const Closed& closed) const {
    return {closed.session->last, closed.session->first, groups_.group(*closed.entry)};
  }
  /// The session is forgotten, and the group with its last.
  void release(const Closed& closed);

  /// Sets the timers of a state that was restored.
  void restored();

 private:
  struct Timer {
    Time due;
    Entry* entry;
  };
  static bool is_later(const Timer& left, const Timer& right) { return left.due > right.due; }
  static SessionList& list(Entry& entry) { return *static_cast<SessionList*>(entry.state()); }
  static const SessionList& list(const Entry& entry) { return *static_cast<const SessionList*>(entry.state()); }
  // It closes when the clock is beyond its end, not at it.
  Time due_of(const Session& session) const { return end_of(session) + Duration(1); }
  void arm(Entry& entry);
  void fire(Entry& entry, Time now, std::vector<Closed>& closed);
  void unpin(Entry& entry);

  std::shared_ptr<const SessionLayout> layout_;
  KeyedState& groups_;
  Duration gap_;
  std::vector<Timer> timers_;  // a heap
};

}  // namespace flowrun::state
