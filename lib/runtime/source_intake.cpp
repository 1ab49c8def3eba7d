#include "runtime/source_intake.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/failure.hpp"
#include "runtime/source_stage.hpp"

namespace flowrun {
namespace {

// How often the watermark of a quiet source goes on.
constexpr Duration quiet_step = std::chrono::seconds(1);

}  // namespace

SourceIntake::SourceIntake(const Plan::Node& node, Context context, std::size_t most_open, RateLimit* rate,
                           Coordinator& coordinator, EpochParts* parts)
    : context_(std::move(context)),
      source_(std::get<Plan::SourceNode>(node.work).make(context_)),
      most_open_(most_open),
      rate_(rate),
      coordinator_(coordinator),
      parts_(parts),
      node_(node.name),
      issued_(coordinator.issued()),
      acknowledged_(issued_) {}

void SourceIntake::read_by_time(const EventTimeOptions& options, PartitionWatermarks& watermarks, ReadingFront& front,
                                Bell& bell) {
  by_time_.emplace(ByTime{options, watermarks, front, front.add(bell), Silence(*context_.clock)});
  // Which partition is next is known only once each has given something.
  most_open_ = std::numeric_limits<std::size_t>::max();
}

void SourceIntake::assign(std::shared_ptr<const PartitionName> name, const state::PartitionNote* resume) {
  if (by_time_) {
    if (resume != nullptr) by_time_->watermarks.restore(*name, resume->largest_time);
    ready_.push_back({PartitionNews{PartitionNews::What::assigned, name}});
    if (resume != nullptr && resume->silence >= by_time_->options.idle)
      ready_.push_back({PartitionNews{PartitionNews::What::silent, name}});
  }
  if (resume != nullptr)
    unopened_.push_back({std::move(name), resume->position, resume->silence});
  else
    unopened_.push_back({std::move(name), std::nullopt});
}

void SourceIntake::open() {
  while (open_.size() < most_open_ && open_next()) continue;
}

void SourceIntake::list_partitions(std::vector<state::PartitionNote>& all) const {
  for (const Unopened& partition : unopened_) all.push_back(note(*partition.name, {}));
}

bool SourceIntake::open_next() {
  if (unopened_.empty()) return false;
  const auto [name, resume, silence] = std::move(unopened_.front());
  unopened_.pop_front();
  const bool is_silent = by_time_ && silence >= by_time_->options.idle;
  open_.push_back({name, source_->open(name, resume ? &*resume : nullptr), false, is_silent, silence});
  return true;
}

std::vector<state::PartitionNote> SourceIntake::notes() {
  std::vector<state::PartitionNote> notes = ended_;
  for (const Reading& reading : open_) {
    notes.push_back(note(*reading.name, reading.partition->position()));
    notes.back().silence = reading.silence;
  }
  for (Unopened& partition : unopened_) {
    if (!partition.resume) partition.resume = source_->open(partition.name, nullptr)->position();
    notes.push_back(note(*partition.name, *partition.resume));
  }
  return notes;
}

state::PartitionNote SourceIntake::note(const PartitionName& name, Position position) const {
  state::PartitionNote note;
  note.source = node_;
  note.resource = name.resource;
  note.number = name.number;
  note.position = std::move(position);
  if (by_time_) note.largest_time = by_time_->watermarks.largest_time(name);
  return note;
}

Item SourceIntake::mark() {
  ++issued_;
  if (parts_ != nullptr) parts_->add(issued_, notes());
  return {Mark{issued_}};
}

std::optional<Item> SourceIntake::take() {
  acknowledge();
  due_ = end_of_time;
  std::optional<Item> item = next();
  has_waited_ = !item.has_value();
  return item;
}

std::optional<Item> SourceIntake::next() {
  // Behind all that was read before it: the positions of the partitions are now those of the epoch.
  if (ready_.empty() && issued_ < coordinator_.issued()) return mark();
  if (auto item = take_ready()) return item;
  if (has_ended_ || coordinator_.is_stopping()) return std::nullopt;
  try {
    return read();
  } catch (const Failure& failure) {
    // What cannot be opened now was there when the job started.
    if (failure.code() != ExitCode::cannot_open) throw;
    throw Failure(ExitCode::running_failed, failure.what());
  }
}

std::optional<Item> SourceIntake::take_ready() {
  if (ready_.empty()) return std::nullopt;
  Item item = std::move(ready_.front());
  ready_.pop_front();
  return item;
}

std::optional<Item> SourceIntake::read() {
  if (by_time_) look_at_silence();
  for (std::size_t index = choose(); index < open_.size() && may_read(index); index = choose()) {
    const std::size_t most = rate_ != nullptr ? rate_->take(Batch::most_rows) : Batch::most_rows;
    if (most == 0) {
      due_ = rate_->due();
      return take_ready();
    }
    Batch batch;
    const Partition::Read outcome = open_[index].partition->read(batch, most);
    if (rate_ != nullptr) rate_->give_back(most - std::min<std::size_t>(most, records_read(batch)));
    settle(index, outcome, std::move(batch));
    if (auto item = take_ready()) return item;
  }
  if (!open_.empty()) {
    if (by_time_) wait_for_silence();
    return take_ready();
  }
  if (by_time_) by_time_->front.leave(by_time_->place);
  has_ended_ = true;
  return Item{End{}};
}

std::size_t SourceIntake::choose() {
  open();
  return by_time_ ? lowest() : next_in_turn();
}

std::size_t SourceIntake::next_in_turn() {
  for (std::size_t tried = 0; tried < open_.size(); ++tried) {
    next_ = next_ + 1 < open_.size() ? next_ + 1 : 0;
    if (!open_[next_].is_caught_up) return next_;
  }
  return open_next() ? next_ = open_.size() - 1 : open_.size();
}

// By the watermarks of those that have data; of equal ones the first by name.
std::size_t SourceIntake::lowest() {
  std::size_t lowest = open_.size();
  Time watermark = end_of_time;
  for (std::size_t index = 0; index < open_.size(); ++index) {
    if (open_[index].is_caught_up) continue;
    const Time mine = by_time_->watermarks.of(*open_[index].name);
    if (mine < watermark) watermark = mine, lowest = index;
  }
  if (lowest == open_.size()) by_time_->front.leave(by_time_->place);
  return lowest;
}

bool SourceIntake::may_read(std::size_t index) {
  return !by_time_ || by_time_->front.may_read(by_time_->place, by_time_->watermarks.of(*open_[index].name));
}

void SourceIntake::settle(std::size_t index, Partition::Read outcome, Batch&& batch) {
  Reading& reading = open_[index];
  const bool has_ended =
      outcome == Partition::Read::end || (outcome == Partition::Read::caught_up && source_->wake_fd() < 0);
  reading.is_caught_up = outcome == Partition::Read::caught_up;
  if (!batch.empty()) {
    coordinator_.note_reading();
    reading.silence = Duration();
    if (std::exchange(reading.is_silent, false)) tell(PartitionNews::What::heard, reading);
    ready_.push_back({std::move(batch)});
  }
  if (!has_ended) return;
  if (parts_ != nullptr) {
    ended_.push_back(note(*reading.name, reading.partition->position()));
    ended_.back().has_ended = true;
  }
  if (by_time_) tell(PartitionNews::What::ended, reading);
  open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(index));
}

void SourceIntake::tell(PartitionNews::What what, const Reading& reading) {
  ready_.push_back({PartitionNews{what, reading.name}});
}

// Partitions that had nothing more when they were asked last.
void SourceIntake::look_at_silence() {
  ByTime& by_time = *by_time_;
  const Duration passed = by_time.silence.since_last_look(has_waited_);
  const bool all_silent =
      std::all_of(open_.begin(), open_.end(), [](const Reading& reading) { return reading.is_silent; });
  by_time.quiet = all_silent ? by_time.quiet + passed : Duration();
  if (!all_silent) by_time.told_quiet = Duration();
  for (Reading& reading : open_) {
    if (!reading.is_caught_up || reading.is_silent) continue;
    reading.silence += passed;
    if (reading.silence < by_time.options.idle) continue;
    reading.is_silent = true;
    tell(PartitionNews::What::silent, reading);
  }
}

// Nothing can be read now: it is time to look again when the next partition has been silent for long enough.
void SourceIntake::wait_for_silence() {
  ByTime& by_time = *by_time_;
  Duration wait = Duration::max();
  bool all_silent = true;
  for (const Reading& reading : open_) {
    all_silent = all_silent && reading.is_silent;
    if (reading.is_caught_up && !reading.is_silent && by_time.options.idle != Duration::max())
      wait = std::min(wait, by_time.options.idle - reading.silence);
  }
  if (all_silent && by_time.options.advances_when_idle) {
    if (by_time.quiet >= by_time.told_quiet + quiet_step) {
      by_time.told_quiet = by_time.quiet;
      ready_.push_back({PartitionNews{PartitionNews::What::quiet, nullptr, by_time.quiet}});
    }
    wait = quiet_step;
  }
  if (wait != Duration::max()) due_ = context_.clock->now() + wait;
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
  source_->woken();
  for (Reading& reading : open_) reading.is_caught_up = false;
}

}  // namespace flowrun
