#include <utility>

#include "operators/forgetting.hpp"
#include "operators/group_key.hpp"
#include "operators/operators.hpp"
#include "state/encoding.hpp"
#include "state/typed_state.hpp"

namespace flowrun {
namespace {

// What is known of a group: the time of the record that was let through; no_time where none has been yet.
struct LetThrough {
  Time time = no_time;

  void encode(std::string& out) const { state::put(time, out); }
  bool decode(std::string_view bytes) {
    state::Reader reader(bytes);
    time = reader.take<Time>();
    return reader.complete();
  }
  void merge(LetThrough&& later) { time = later.time; }
};

class Dedupe final : public Operator {
 public:
  using Entry = state::KeyedState::Entry;

  Dedupe(Context& context, std::optional<Duration> forget)
      : forgetting_(context, forget), seen_(*context.state, "seen"), state_(seen_.keyed()) {}

  Progress process(InputIndex, Batch& batch, Output& output) override {
    if (output.full()) return Progress::more;
    WatermarkCursor clock = forgetting_.clock().before_rows(batch);
    forgetting_.clock().pass(batch);
    find_candidates(batch, output);
    accepted_.clear();
    const auto group = [&](std::size_t index) -> const Group& { return batch.group(candidates_[index]); };
    state_.find_or_create_all(candidates_.size(), group, [&](std::size_t index, Entry& entry) {
      const Batch::Row row = candidates_[index];
      if (let_through(entry, time_of(batch, row), clock.before(row))) accepted_.push_back(row);
    });
    if (accepted_.size() != batch.size()) batch.select(accepted_);
    output.pass(std::exchange(batch, Batch()));
    return Progress::done;
  }

  Progress advance(ClockKind clock, Time time, Output&) override {
    forgetting_.advance(
        clock, time, [](Entry& entry) { return of(entry).time; }, [this](Entry& entry) { state_.erase(entry); },
        [](Entry&, state::TimerId) {});
    return Progress::done;
  }
  Time next_timer() const override { return forgetting_.next_timer(); }

  void restored(Time watermark) override {
    forgetting_.resume(watermark);
    for (Entry* const entry : state_.entries()) forgetting_.resume(*entry, of(*entry).time);
  }

 private:
  static LetThrough& of(Entry& entry) { return *static_cast<LetThrough*>(entry.state()); }

  // Where nothing is forgotten no record needs a time.
  Time time_of(const Batch& batch, Batch::Row row) {
    return forgetting_.is_on() ? forgetting_.clock().time_of(batch, row) : beginning_of_time;
  }
  void find_candidates(const Batch& batch, Output& output) {
    candidates_.clear();
    for (const Batch::Row row : batch.rows())
      if (!forgetting_.is_on() || forgetting_.clock().require_time(batch, row, output)) candidates_.push_back(row);
  }

  bool let_through(Entry& entry, Time time, Time now) {
    LetThrough& group = of(entry);
    const bool is_new = group.time == no_time;
    if (!is_new && !forgetting_.has_passed(group.time, now)) return false;
    if (is_new && forgetting_.has_passed(time, now)) {
      state_.erase(entry);  // forgotten as soon as it was seen
      return true;
    }
    group.time = time;
    state_.touch(entry);
    if (is_new) forgetting_.watch(entry, time);
    return true;
  }

  Forgetting forgetting_;
  state::TypedState<LetThrough> seen_;
  state::KeyedState& state_;
  std::vector<Batch::Row> candidates_;  // rows that have what the step needs of them
  std::vector<Batch::Row> accepted_;
};

Result<OperatorPlan, OptionFaults> plan(const Options& options) {
  const GroupBy by(options);
  const std::optional<Duration> forget = Forgetting::of(options);
  OperatorPlan plan;
  by.add_reads(plan.reads);
  plan.reads.time = plan.reads.time || forget.has_value();
  plan.exchange = Exchange::by_group;
  plan.can_reject = true;
  plan.has_clock = forget.has_value();
  plan.end_hint = "write `forget: 1d`";
  plan.grows_without_bound = !forget.has_value();
  plan.note = "the groups that have been seen, in memory";
  plan.make_before_exchange = [by](Context& context) { return std::make_unique<GroupSender>(context, by); };
  plan.make = [forget](Context& context) { return std::make_unique<Dedupe>(context, forget); };
  return plan;
}

}  // namespace

OperatorEntry dedupe_operator() {
  Spec spec;
  spec.name = "dedupe";
  spec.summary = "lets the first record of each group through, unchanged";
  spec.options = {
      GroupBy::option(),
      Forgetting::option("A group is forgotten, so that its next record is let through again, when the step's "
                         "clock has come that far beyond the record that was")};
  spec.can_reject = true;
  spec.keeps_state = true;
  spec.example = "dedupe:\n  by: .id\n  forget: 1d\n";
  return {std::move(spec), plan};
}

}  // namespace flowrun
