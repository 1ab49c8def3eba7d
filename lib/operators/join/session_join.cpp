#include "operators/join/session_join.hpp"

#include <algorithm>
#include <utility>

namespace flowrun {
SessionJoin::Part::Part(Context& context, const JoinPlan& plan, std::string name, JoinKeep keep)
    : layout(std::make_shared<JoinLayout>(plan.sides.size(), keep, JoinLayout::Order::time)),
      sessions(*context.state, std::move(name), layout, plan.window.gap()) {}

SessionJoin::SessionJoin(Context& context, std::shared_ptr<const JoinPlan> plan)
    : plan_(std::move(plan)),
      matched_(context, *plan_, "sessions", plan_->keep),
      unmatched_(context, *plan_, "unmatched", JoinKeep::all),
      clock_(context),
      rows_(plan_) {}

Progress SessionJoin::process(InputIndex input, Batch& batch, Output& output) {
  WatermarkCursor clock = clock_.before_rows(batch);
  rows_.take_arrivals_from(batch);
  const auto rows = batch.rows();
  for (; next_row_ < rows.size(); ++next_row_) {
    if (rows_.emit(output) == Progress::more) return Progress::more;
    settle();
    const Time now = clock.before(rows[next_row_]);
    if (must_close_first(batch, rows[next_row_], now) && close_until(now, output) == Progress::more)
      return Progress::more;
    take({batch, rows[next_row_], input}, now, output);
  }
  if (rows_.emit(output) == Progress::more) return Progress::more;
  settle();
  clock_.pass(batch);
  next_row_ = 0;
  batch = Batch();
  return Progress::done;
}

// A session of its group has closed, but was not emitted yet.
bool SessionJoin::must_close_first(const Batch& batch, Batch::Row row, Time now) {
  if (!closed_.empty()) return true;
  Part& part = part_of(batch.group(row));
  const Entry* const entry = part.sessions.groups().find(batch.group(row));
  return entry != nullptr && part.sessions.has_closed(*entry, now);
}

void SessionJoin::take(const JoinRows::Arrival& arrival, Time now, Output& output) {
  if (!clock_.require_time(arrival.batch, arrival.row, output)) return;
  const Time time = clock_.time_of(arrival.batch, arrival.row);
  const Group& group = arrival.batch.group(arrival.row);
  Part& part = part_of(group);
  Entry* const known = part.sessions.groups().find(group);
  const auto found = known != nullptr ? part.sessions.find(*known, time) : state::SessionState::Found{};
  if (found.earlier == nullptr && time + plan_->window.gap() < now) {
    late_.emit(*plan_, arrival, output);
    return;
  }
  Entry& entry = known != nullptr ? *known : part.sessions.groups().find_or_create(group);
  state::Session& session = part.sessions.take_in(entry, time, found);
  part.sessions.grow(part.layout->add(session.state(), arrival.side, arrival.batch.value(arrival.row),
                                      arrival.batch.time(arrival.row)));
  begin_rows(arrival, part, entry, session);
}

void SessionJoin::begin_rows(const JoinRows::Arrival& arrival, Part& part, const Entry& entry,
                             state::Session& session) {
  const bool emits = plan_->emits_at(arrival.side);
  if (&part == &unmatched_) {
    if (emits)
      rows_.begin_alone(arrival.side, arrival.batch.value(arrival.row), arrival.batch.time(arrival.row), null_group(),
                        span_of(session));
    return;
  }
  const bool completes = plan_->emit == JoinEmit::complete && part.layout->is_complete(session.state());
  if (emits || completes)
    rows_.begin(*part.layout, session.state(), part.sessions.groups().group(entry), span_of(session));
  if (completes) complete_ = &session;
}

// All rows of a session that became complete have been emitted. It stays open.
void SessionJoin::settle() {
  if (complete_ == nullptr) return;
  matched_.sessions.grow(-static_cast<std::ptrdiff_t>(matched_.layout->owned_bytes(complete_->state())));
  matched_.layout->reset(std::exchange(complete_, nullptr)->state());
}

Progress SessionJoin::advance(ClockKind clock, Time time, Output& output) {
  if (clock != clock_.kind()) return Progress::done;
  clock_.reach(time);
  return close_until(time, output);
}

Time SessionJoin::next_timer() const {
  if (clock_.kind() == ClockKind::event) return end_of_time;
  return std::min(matched_.sessions.next_due(), unmatched_.sessions.next_due());
}

void SessionJoin::take_closed(Time time) {
  std::vector<state::SessionState::Closed> taken;
  for (Part* const part : {&matched_, &unmatched_}) {
    part->sessions.take_closed(time, taken);
    for (const auto& session : taken) closed_.push_back({part, session});
    taken.clear();
  }
  const auto order = [](const Closed& closed) { return closed.part->sessions.order_of(closed.session); };
  std::sort(closed_.begin(), closed_.end(),
            [&](const Closed& left, const Closed& right) { return order(left) < order(right); });
}

void SessionJoin::begin_closed(const Closed& closed) {
  has_begun_ = true;
  if (plan_->emit != JoinEmit::final) return;
  const auto& [entry, session] = closed.session;
  if (closed.part == &unmatched_)
    rows_.begin_each_alone(*unmatched_.layout, session->state(), span_of(*session));
  else
    rows_.begin(*matched_.layout, session->state(), matched_.sessions.groups().group(*entry), span_of(*session));
}

Progress SessionJoin::close_until(Time time, Output& output) {
  if (closed_.empty()) take_closed(time);
  for (; next_ < closed_.size(); ++next_) {
    if (!has_begun_) begin_closed(closed_[next_]);
    if (rows_.emit(output) == Progress::more) return Progress::more;
    has_begun_ = false;
    closed_until_ = span_of(*closed_[next_].session.session).end;
    closed_[next_].part->sessions.release(closed_[next_].session);
  }
  closed_.clear();
  next_ = 0;
  return Progress::done;
}

Progress SessionJoin::finish(Output& output) {
  if (plan_->emit != JoinEmit::final) return Progress::done;
  if (close_until(end_of_time, output) == Progress::more) return Progress::more;
  // A session closes beyond its end.
  if (closed_until_ != beginning_of_time) closed_until_ += Duration(1);
  return Progress::done;
}

void SessionJoin::restored(Time watermark) {
  if (clock_.kind() == ClockKind::event) clock_.reach(watermark);
  matched_.sessions.restored();
  unmatched_.sessions.restored();
}

}  // namespace flowrun
