#include "operators/aggregate/partial_sender.hpp"

#include <algorithm>
#include <utility>

#include "base/failure.hpp"
#include "operators/select_rows.hpp"
#include "record/watermark_cursor.hpp"

namespace flowrun {

PartialSender::PartialSender(Context& context, std::shared_ptr<const AggregatePlan> plan)
    : plan_(std::move(plan)),
      partials_("partials", plan_->layout),
      groups_(context, plan_->by),
      intake_(context, plan_, partials_) {}

Progress PartialSender::process(InputIndex, Batch& batch, Output& output) {
  if (!std::exchange(is_grouped_, true)) groups_.set_groups(batch, output);
  if (to_pass_ > 0) return pass_on(batch, output);
  while (true) {
    if (send_until(sending_until_, output) == Progress::more) return Progress::more;
    sending_until_ = beginning_of_time;
    if (batch.empty()) break;
    take(batch, output);
  }
  if (!batch.watermarks().empty()) watermark_ = std::max(watermark_, batch.watermarks().back().watermark);
  is_grouped_ = false;
  batch = Batch();
  return Progress::done;
}

// The partials that are left come before them.
Progress PartialSender::pass_on(Batch& batch, Output& output) {
  if (send_until(end_of_time, output) == Progress::more || output.full()) return Progress::more;
  folded_ = sent_ = 0;
  to_pass_ -= std::min(to_pass_, batch.size());
  if (!batch.watermarks().empty()) watermark_ = std::max(watermark_, batch.watermarks().back().watermark);
  is_grouped_ = false;
  pass_accepted(batch, passed_, output, [&](Batch::Row row) {
    if (batch.time(row) != no_time) return true;
    output.reject(batch, row, RejectKind::time, no_event_time);
    return false;
  });
  return Progress::done;
}

// A partial costs about what two records do. Without windows a record cannot be told from one.
void PartialSender::judge() {
  constexpr std::size_t enough = 1000, passed_per_judged = 100;
  if (to_pass_ > 0 || sent_ < enough) return;
  if (folded_ < 2 * sent_ && !plan_->window.is_none()) to_pass_ = passed_per_judged * folded_;
  folded_ = sent_ = 0;
}

// Takes records from the front of the batch, up to one before which partials must be sent.
void PartialSender::take(Batch& batch, Output& output) {
  const auto rows = batch.rows();
  WatermarkCursor watermarks(batch.watermarks(), watermark_);
  std::size_t taken = 0;
  for (; taken < rows.size(); ++taken) {
    intake_.look_ahead(batch, rows, taken);
    watermark_ = watermarks.before(rows[taken]);
    if (!take_row(batch, rows[taken], output)) break;
  }
  intake_.add(batch);
  batch.drop_front(taken);
  if (sending_until_ == beginning_of_time && partials_.bytes() > most_bytes) sending_until_ = end_of_time;
}

// False: partials must be sent first.
bool PartialSender::take_row(const Batch& batch, Batch::Row row, Output& output) {
  const Time time = batch.time(row);
  if (time == no_time && !plan_->window.is_none()) {
    output.reject(batch, row, RejectKind::time, no_event_time);
    return true;
  }
  intake_.go_to(time);
  if (intake_.pane_end() > watermark_) {
    intake_.take(batch, row, output);
    ++folded_;
    return true;
  }
  // The record brings the watermark along.
  if (has_ended_panes()) {
    sending_until_ = watermark_;
    return false;
  }
  send_record(batch, row, output);
  return true;
}

bool PartialSender::has_ended_panes() const {
  return !partials_.panes().empty() && plan_->window.pane_end(partials_.panes().begin()->first) <= watermark_;
}

void PartialSender::send_record(const Batch& batch, Batch::Row row, Output& output) {
  Batch& sent = output.building();
  sent.add_watermark(static_cast<Batch::Row>(sent.stored()), watermark_);
  if (sent.stored() == 0)
    sent.set_partition(batch.partition());
  else if (sent.partition() != batch.partition())
    sent.set_partition(nullptr);
  sent.append_copy(batch, row);
}

Progress PartialSender::advance(ClockKind clock, Time time, Output& output) {
  if (clock != ClockKind::event) return Progress::done;
  watermark_ = std::max(watermark_, time);
  return plan_->window.is_none() ? Progress::done : send_until(watermark_, output);
}

Progress PartialSender::before_mark(Output& output) { return send_until(end_of_time, output); }

Progress PartialSender::finish(Output& output) { return send_until(end_of_time, output); }

Progress PartialSender::send_until(Time time, Output& output) {
  while (!partials_.panes().empty()) {
    const auto& [start, groups] = *partials_.panes().begin();
    if (plan_->window.pane_end(start) > time) break;
    if (send_pane(start, *groups, output) == Progress::more) return Progress::more;
    intake_.forget_pane();
    partials_.close(start);
  }
  return Progress::done;
}

Progress PartialSender::send_pane(Time start, const state::KeyedState& groups, Output& output) {
  if (sending_.empty()) sending_ = groups.entries();
  while (next_ < sending_.size()) {
    if (output.full()) return Progress::more;
    send(start, groups, *sending_[next_++], output);
  }
  sent_ += sending_.size();
  sending_.clear();
  next_ = 0;
  judge();
  return Progress::done;
}

void PartialSender::send(Time start, const state::KeyedState& groups, const state::KeyedState::Entry& entry,
                         Output& output) {
  encoded_.clear();
  state::put(start, encoded_);
  plan_->layout->encode(entry.state(), encoded_);
  Batch& batch = output.building();
  Arena& arena = batch.arena();
  const Batch::Row row = batch.append(Value::text(encoded_, arena));
  batch.set_group(row, {arena.copy(groups.group(entry)), entry.hash()});
}

PartialReceiver::PartialReceiver(std::shared_ptr<const AggregatePlan> plan, state::PanedState& state)
    : plan_(std::move(plan)),
      state_(state),
      decoded_(std::make_unique<std::uint64_t[]>((plan_->layout->size() + 7) / 8)) {}

void PartialReceiver::take(const Batch& batch, Batch::Row row) {
  std::string_view encoded = batch.value(row).as_text();
  const Time start = state::Reader(encoded).take<Time>();
  encoded.remove_prefix(sizeof start);
  state::KeyedState& groups = state_.open(start);
  state::KeyedState::Entry& entry = groups.find_or_create(batch.group(row));
  merge(encoded, entry);
  groups.touch(entry);
}

void PartialReceiver::merge(std::string_view encoded, state::KeyedState::Entry& entry) {
  const GroupLayout& layout = *plan_->layout;
  layout.create(decoded_.get());
  const bool decoded = layout.decode(encoded, decoded_.get()).ok();
  const std::size_t before = layout.owned_bytes(entry.state());
  if (decoded) layout.merge(entry.state(), decoded_.get());
  state_.grow(static_cast<std::ptrdiff_t>(layout.owned_bytes(entry.state()) - before));
  layout.destroy(decoded_.get());
  if (!decoded) throw Failure(ExitCode::internal_error, "a partial aggregate was damaged on its way");
}

}  // namespace flowrun
