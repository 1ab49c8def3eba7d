#include "runtime/source_intake.hpp"

#include <algorithm>
#include <utility>

#include "base/failure.hpp"
#include "runtime/source_stage.hpp"

namespace flowrun {

SourceIntake::SourceIntake(const Plan::SourceNode& node, Context context, std::size_t most_open, RateLimit* rate,
                           Coordinator& coordinator)
    : context_(std::move(context)),
      source_(node.make(context_)),
      most_open_(most_open),
      rate_(rate),
      coordinator_(coordinator) {}

void SourceIntake::open() {
  while (open_.size() < most_open_ && open_next()) continue;
}

bool SourceIntake::open_next() {
  if (unopened_.empty()) return false;
  open_.push_back({source_->open(std::move(unopened_.front()), nullptr)});
  unopened_.pop_front();
  return true;
}

std::optional<Item> SourceIntake::take() {
  acknowledge();
  // Behind all that was read before it: the positions of the partitions are now those of the epoch.
  if (issued_ < coordinator_.issued()) return Item{Mark{++issued_}};
  if (has_ended_ || coordinator_.is_stopping()) return std::nullopt;
  try {
    return read();
  } catch (const Failure& failure) {
    // What cannot be opened now was there when the job started.
    if (failure.code() != ExitCode::cannot_open) throw;
    throw Failure(ExitCode::running_failed, failure.what());
  }
}

std::optional<Item> SourceIntake::read() {
  due_ = end_of_time;
  for (std::size_t index = choose(); index < open_.size(); index = choose()) {
    const std::size_t most = rate_ != nullptr ? rate_->take(Batch::most_rows) : Batch::most_rows;
    if (most == 0) {
      due_ = rate_->due();
      return std::nullopt;
    }
    Batch batch;
    const Partition::Read outcome = open_[index].partition->read(batch, most);
    if (rate_ != nullptr) rate_->give_back(most - std::min<std::size_t>(most, records_read(batch)));
    settle(index, outcome);
    if (batch.empty()) continue;
    coordinator_.note_reading();
    return Item{std::move(batch)};
  }
  if (!open_.empty()) return std::nullopt;
  has_ended_ = true;
  return Item{End{}};
}

std::size_t SourceIntake::choose() {
  open();
  for (std::size_t tried = 0; tried < open_.size(); ++tried) {
    next_ = next_ + 1 < open_.size() ? next_ + 1 : 0;
    if (!open_[next_].is_caught_up) return next_;
  }
  return open_next() ? next_ = open_.size() - 1 : open_.size();
}

void SourceIntake::settle(std::size_t index, Partition::Read outcome) {
  const bool has_ended =
      outcome == Partition::Read::end || (outcome == Partition::Read::caught_up && source_->wake_fd() < 0);
  open_[index].is_caught_up = outcome == Partition::Read::caught_up;
  if (has_ended) open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(index));
}

void SourceIntake::acknowledge() {
  for (const std::uint64_t settled = coordinator_.settled(); acknowledged_ < settled;)
    source_->acknowledge(++acknowledged_);
}

int SourceIntake::wake_fd() const {
  const bool waits =
      std::any_of(open_.begin(), open_.end(), [](const Reading& reading) { return reading.is_caught_up; });
  return waits ? source_->wake_fd() : -1;
}

void SourceIntake::wake() {
  for (Reading& reading : open_) reading.is_caught_up = false;
}

}  // namespace flowrun
