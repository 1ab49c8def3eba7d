#include "state/session_state.hpp"

#include <algorithm>
#include <utility>

namespace flowrun::state {

SessionState::SessionState(KeyedStates& states, std::string name, std::shared_ptr<const Layout> inner, Duration gap)
    : layout_(std::make_shared<SessionLayout>(std::move(inner))),
      groups_(states.open(std::move(name), layout_)),
      gap_(gap) {}

SessionState::Found SessionState::find(const Entry& entry, Time time) const {
  const auto [before, after] = list(entry).around(time);
  Found found;
  if (before != nullptr && time - before->last <= gap_) found.earlier = before;
  if (after != nullptr && after->first - time <= gap_) found.later = after;
  if (found.earlier == nullptr) std::swap(found.earlier, found.later);
  return found;
}

bool SessionState::has_closed(const Entry& entry, Time now) const {
  const auto sessions = list(entry).all();
  return !sessions.empty() && end_of(*sessions.front()) < now;
}

Session& SessionState::open(Entry& entry, Time time) {
  Session& session = layout_->make(time);
  list(entry).insert(session);
  groups_.grow(static_cast<std::ptrdiff_t>(layout_->session_bytes()));
  groups_.touch(entry);
  arm(entry);
  return session;
}

void SessionState::extend(Entry& entry, Session& session, Time time) {
  session.first = std::min(session.first, time);
  session.last = std::max(session.last, time);
  groups_.touch(entry);
}

Session& SessionState::take_in(Entry& entry, Time time, Found found) {
  if (found.earlier == nullptr) return open(entry, time);
  if (found.later != nullptr) merge(entry, *found.earlier, *found.later);
  extend(entry, *found.earlier, time);
  return *found.earlier;
}

void SessionState::merge(Entry& entry, Session& earlier, Session& later) {
  const Layout& inner = layout_->inner();
  const std::size_t before = inner.owned_bytes(earlier.state()) + inner.owned_bytes(later.state());
  earlier.last = std::max(earlier.last, later.last);
  inner.merge(earlier.state(), later.state());
  groups_.grow(static_cast<std::ptrdiff_t>(inner.owned_bytes(earlier.state()) - before - layout_->session_bytes()));
  list(entry).remove(later);
  layout_->destroy_session(later);
  groups_.touch(entry);
}

// The timer that counts is due when the first session may close, or before; that it has grown since is found then.
void SessionState::arm(Entry& entry) {
  SessionList& sessions = list(entry);
  if (sessions.empty()) return;
  const Time due = due_of(*sessions.all().front());
  if (sessions.armed != no_time && sessions.armed <= due) return;
  sessions.armed = due;
  ++sessions.pins;
  timers_.push_back({due, &entry});
  std::push_heap(timers_.begin(), timers_.end(), is_later);
}

void SessionState::take_closed(Time now, std::vector<Closed>& closed) {
  while (!timers_.empty() && next_due() <= now) {
    std::pop_heap(timers_.begin(), timers_.end(), is_later);
    const auto [due, entry] = timers_.back();
    timers_.pop_back();
    if (list(*entry).armed == due) fire(*entry, now, closed);
    unpin(*entry);
  }
}

void SessionState::fire(Entry& entry, Time now, std::vector<Closed>& closed) {
  SessionList& sessions = list(entry);
  sessions.armed = no_time;
  while (has_closed(entry, now)) {
    Session& session = *sessions.all().front();
    sessions.remove(session);
    ++sessions.pins;
    closed.push_back({&entry, &session});
    groups_.touch(entry);
  }
  arm(entry);
}

void SessionState::release(const Closed& closed) {
  const std::size_t bytes = layout_->session_bytes() + layout_->inner().owned_bytes(closed.session->state());
  groups_.grow(-static_cast<std::ptrdiff_t>(bytes));
  layout_->destroy_session(*closed.session);
  unpin(*closed.entry);
}

void SessionState::unpin(Entry& entry) {
  SessionList& sessions = list(entry);
  if (--sessions.pins == 0 && sessions.empty()) groups_.erase(entry);
}

void SessionState::restored() {
  groups_.each([this](Entry& entry) { arm(entry); });
}

}  // namespace flowrun::state
