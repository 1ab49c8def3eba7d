#include "operators/aggregate/partial_sender.hpp"

#include <utility>

#include "base/failure.hpp"

namespace flowrun {

PartialSender::PartialSender(Context& context, std::shared_ptr<const AggregatePlan> plan)
    : plan_(std::move(plan)),
      partials_("partials", plan_->layout),
      groups_(context, plan_->by),
      intake_(context, plan_, partials_) {}

Progress PartialSender::process(InputIndex, Batch& batch, Output& output) {
  if (!batch.empty()) {
    groups_.set_groups(batch, output);
    intake_.take(batch, output, [](const state::KeyedState::Entry&) {});
    batch = Batch();
  }
  if (sending_.empty() && partials_.bytes() < most_bytes) return Progress::done;
  return send_all(output);
}

Progress PartialSender::before_mark(Output& output) { return send_all(output); }

Progress PartialSender::finish(Output& output) { return send_all(output); }

Progress PartialSender::send_all(Output& output) {
  if (sending_.empty()) sending_ = partials_.entries();
  while (next_ < sending_.size()) {
    if (output.full()) return Progress::more;
    send(*sending_[next_++], output);
  }
  sending_.clear();
  next_ = 0;
  partials_.clear();
  return Progress::done;
}

void PartialSender::send(const state::KeyedState::Entry& entry, Output& output) {
  encoded_.clear();
  plan_->layout->encode(entry.state(), encoded_);
  Batch& batch = output.building();
  Arena& arena = batch.arena();
  const Batch::Row row = batch.append(Value::text(encoded_, arena));
  batch.set_group(row, {arena.copy(partials_.group(entry)), entry.hash()});
}

PartialReceiver::PartialReceiver(std::shared_ptr<const AggregatePlan> plan, state::KeyedState& state)
    : plan_(std::move(plan)),
      state_(state),
      decoded_(std::make_unique<std::uint64_t[]>((plan_->layout->size() + 7) / 8)) {}

void PartialReceiver::take(const Batch& batch) {
  for (const Batch::Row row : batch.rows()) {
    state::KeyedState::Entry& entry = state_.find_or_create(batch.group(row));
    merge(batch.value(row).as_text(), entry);
    state_.touch(entry);
  }
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
