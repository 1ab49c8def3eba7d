#include "operators/aggregate/session_aggregate.hpp"

#include <algorithm>
#include <utility>

#include "record/watermark_cursor.hpp"

namespace flowrun {

SessionAggregate::SessionAggregate(Context& context, std::shared_ptr<const AggregatePlan> plan)
    : plan_(std::move(plan)),
      wall_clock_(*context.clock),
      clock_kind_(context.step_clock),
      sessions_(*context.state, "sessions", plan_->layout, plan_->window.gap()),
      records_(context, plan_),
      results_(context, plan_) {}

Progress SessionAggregate::process(InputIndex, Batch& batch, Output& output) {
  if (!is_by_event()) now_ = std::max(now_, wall_clock_.now());
  while (!batch.empty()) {
    if (must_close_ && close_until(now_, output) == Progress::more) return Progress::more;
    take(batch, output);
  }
  if (is_by_event() && !batch.watermarks().empty()) now_ = std::max(now_, batch.watermarks().back().watermark);
  batch = Batch();
  return Progress::done;
}

// Takes records from the front of the batch, up to one before which sessions must be closed.
void SessionAggregate::take(Batch& batch, Output& output) {
  constexpr std::size_t slot_ahead = 16, entry_ahead = 8;
  const auto rows = batch.rows();
  const state::KeyedState& groups = sessions_.groups();
  WatermarkCursor watermarks(batch.watermarks(), now_);
  std::size_t taken = 0;
  for (; taken < rows.size(); ++taken) {
    if (taken + slot_ahead < rows.size()) groups.prefetch_slot(batch.group(rows[taken + slot_ahead]).hash);
    if (taken + entry_ahead < rows.size()) groups.prefetch_entry(batch.group(rows[taken + entry_ahead]).hash);
    if (is_by_event()) now_ = watermarks.before(rows[taken]);
    if (!take_row(batch, rows[taken], output)) break;
  }
  sessions_.grow(records_.add(batch));
  batch.drop_front(taken);
}

// False: sessions must be closed first.
bool SessionAggregate::take_row(const Batch& batch, Batch::Row row, Output& output) {
  const Time time = is_by_event() ? batch.time(row) : now_;
  if (time == no_time) {
    output.reject(batch, row, RejectKind::time, no_event_time);
    return true;
  }
  Entry* const entry = sessions_.groups().find(batch.group(row));
  if (entry != nullptr && sessions_.has_closed(*entry, now_)) {
    must_close_ = true;
    return false;
  }
  const auto found = entry != nullptr ? sessions_.find(*entry, time) : state::SessionState::Found{};
  if (found.earlier == nullptr && time + plan_->window.gap() < now_)
    output.late(batch, row);
  else
    add(batch, row, time, entry, found, output);
  return true;
}

// `known`: the entry of the record's group; null where it has none.
void SessionAggregate::add(const Batch& batch, Batch::Row row, Time time, Entry* known,
                           state::SessionState::Found found, Output& output) {
  // What waits to be added knows the two sessions by their addresses.
  if (found.later != nullptr) sessions_.grow(records_.add(batch));
  const auto state_of = [](const state::Session* session) { return session != nullptr ? session->state() : nullptr; };
  if (!records_.evaluate(batch, row, {state_of(found.earlier), state_of(found.later)}, output)) return;
  Entry& entry = known != nullptr ? *known : sessions_.groups().find_or_create(batch.group(row));
  state::Session& session = sessions_.take_in(entry, time, found);
  GroupHeader& header = GroupLayout::header(session.state());
  header.latest = std::max(header.latest, batch.time(row));
  sessions_.grow(records_.accept(batch, row, session.state()));
  if (records_.is_full()) sessions_.grow(records_.add(batch));
}

Progress SessionAggregate::advance(ClockKind clock, Time time, Output& output) {
  if (clock != clock_kind_) return Progress::done;
  now_ = std::max(now_, time);
  return close_until(now_, output);
}

Progress SessionAggregate::close_until(Time time, Output& output) {
  if (closed_.empty()) {
    sessions_.take_closed(time, closed_);
    std::sort(closed_.begin(), closed_.end(), [this](const auto& left, const auto& right) {
      return sessions_.order_of(left) < sessions_.order_of(right);
    });
  }
  for (; next_ < closed_.size(); ++next_) {
    if (output.full()) return Progress::more;
    const auto& [entry, session] = closed_[next_];
    const Time end = sessions_.end_of(*session);
    results_.emit({sessions_.groups().group(*entry), session->state(), {session->first, end}, true}, output);
    closed_until_ = end;
    sessions_.release(closed_[next_]);
  }
  closed_.clear();
  next_ = 0;
  must_close_ = false;
  return Progress::done;
}

Progress SessionAggregate::finish(Output& output) {
  if (close_until(end_of_time, output) == Progress::more) return Progress::more;
  // A session closes beyond its end.
  if (closed_until_ != beginning_of_time) closed_until_ += Duration(1);
  return Progress::done;
}

void SessionAggregate::restored(Time watermark) {
  if (is_by_event()) now_ = std::max(now_, watermark);
  sessions_.restored();
}

}  // namespace flowrun
