#include <algorithm>
#include <utility>

#include "operators/forgetting.hpp"
#include "operators/join/rows.hpp"
#include "operators/join/session_join.hpp"
#include "operators/join/unmatched.hpp"
#include "operators/join/window_join.hpp"
#include "operators/operators.hpp"

namespace flowrun {
namespace {

using Entry = state::KeyedState::Entry;

// The join over all of time. Of each batch first all groups are looked up, then the records are taken in one by one; rows
// that do not fit into the output are emitted before the next record.
class Join final : public Operator {
 public:
  Join(Context& context, std::shared_ptr<const JoinPlan> plan)
      : plan_(std::move(plan)),
        layout_(std::make_shared<JoinLayout>(plan_->sides.size(), plan_->keep, JoinLayout::Order::arrival)),
        state_(context.state->open("groups", layout_)),
        unmatched_(*context.state),
        forgetting_(context, plan_->forget),
        rows_(plan_) {}

  Progress process(InputIndex input, Batch& batch, Output& output) override {
    WatermarkCursor clock = forgetting_.clock().before_rows(batch);
    rows_.take_arrivals_from(batch);
    if (!has_begun_) begin(input, batch, output);
    for (;; ++next_) {
      if (rows_.emit(output) == Progress::more) return Progress::more;
      settle();
      if (next_ == arrived_.size()) break;
      take({batch, arrived_[next_].row, input}, arrived_[next_].entry, clock.before(arrived_[next_].row));
    }
    erase_emptied();
    forgetting_.clock().pass(batch);
    has_begun_ = false;
    batch = Batch();
    return Progress::done;
  }

  Progress advance(ClockKind clock, Time time, Output&) override {
    forgetting_.advance(
        clock, time, [](Entry& entry) { return header(entry).latest; }, [this](Entry& entry) { drop(entry); },
        [](Entry& entry, state::TimerId timer) { header(entry).timer = timer; });
    return Progress::done;
  }
  Time next_timer() const override { return forgetting_.next_timer(); }

  void restored(Time watermark) override {
    forgetting_.resume(watermark);
    for (Entry* const entry : state_.entries())
      header(*entry).timer = forgetting_.resume(*entry, header(*entry).latest);
    unmatched_.restored();
  }

  // What waits for its other sides, or for records to enrich, stays.
  Progress finish(Output& output) override {
    if (plan_->emit != JoinEmit::final) return Progress::done;
    if (!is_finishing_) closing_ = state_.sorted_entries();
    is_finishing_ = true;
    if (unmatched_.emit(rows_, output) == Progress::more) return Progress::more;
    for (;; ++next_closing_) {
      if (rows_.emit(output) == Progress::more) return Progress::more;
      if (next_closing_ == closing_.size()) break;
      const Entry& entry = *closing_[next_closing_];
      if (!layout_->is_empty(entry.state())) rows_.begin(*layout_, entry.state(), state_.group(entry));
    }
    forget_all();
    return Progress::done;
  }

 private:
  struct Arrived {
    Batch::Row row;
    Entry* entry;  // null: the group keeps nothing
  };

  static JoinHeader& header(Entry& entry) { return JoinLayout::header(entry.state()); }

  void begin(std::size_t side, const Batch& batch, Output& output) {
    has_begun_ = true;
    arrived_.clear();
    next_ = 0;
    for (const Batch::Row row : batch.rows())
      if (!forgetting_.is_on() || forgetting_.clock().require_time(batch, row, output))
        arrived_.push_back({row, nullptr});
    const auto group = [&](std::size_t index) -> const Group& { return batch.group(arrived_[index].row); };
    state_.find_all(arrived_.size(), group, [&](std::size_t index, Entry* entry) {
      const bool creates = entry == nullptr && plan_->stores(side) && !plan_->matches_nothing(group(index).bytes);
      arrived_[index].entry = creates ? &state_.find_or_create(group(index)) : entry;
    });
  }

  void take(const JoinRows::Arrival& arrival, Entry* entry, Time now) {
    const std::string_view group = arrival.batch.group(arrival.row).bytes;
    if (plan_->matches_nothing(group)) return take_unmatched(arrival, arrival.batch.group(arrival.row));
    if (entry != nullptr) remember(arrival, *entry, now);
    if (plan_->emits_at(arrival.side) && (entry == nullptr || plan_->keep == JoinKeep::last))
      rows_.begin(*layout_, entry != nullptr ? entry->state() : nullptr, group, arrival);
    else if (plan_->emits_at(arrival.side))
      rows_.begin(*layout_, entry->state(), group);
    if (entry == nullptr) return;
    const bool completes = plan_->emit == JoinEmit::complete && layout_->is_complete(entry->state());
    if (completes) rows_.begin(*layout_, entry->state(), group);
    if (completes || forgetting_.has_passed(header(*entry).latest, now)) emptied_now_ = entry;
  }

  void take_unmatched(const JoinRows::Arrival& arrival, const Group& group) {
    const Value& value = arrival.batch.value(arrival.row);
    const Time time = arrival.batch.time(arrival.row);
    if (plan_->emits_at(arrival.side)) rows_.begin_alone(arrival.side, value, time, group.bytes);
    if (plan_->emit == JoinEmit::final) unmatched_.add(group, arrival.side, value, time);
  }

  void remember(const JoinRows::Arrival& arrival, Entry& entry, Time now) {
    if (forgetting_.has_passed(header(entry).latest, now) && header(entry).latest != no_time) {
      state_.grow(-static_cast<std::ptrdiff_t>(layout_->owned_bytes(entry.state())));
      layout_->reset(entry.state());
      header(entry).latest = no_time;
    }
    if (plan_->stores(arrival.side))
      state_.grow(
          layout_->add(entry.state(), arrival.side, arrival.batch.value(arrival.row), arrival.batch.time(arrival.row)));
    if (forgetting_.is_on()) {
      const Time time = forgetting_.clock().time_of(arrival.batch, arrival.row);
      header(entry).latest = std::max(header(entry).latest, time);
      if (header(entry).timer == state::no_timer) header(entry).timer = forgetting_.watch(entry, header(entry).latest);
    }
    state_.touch(entry);
  }

  // All rows of the record before have been emitted.
  void settle() {
    if (emptied_now_ == nullptr) return;
    state_.grow(-static_cast<std::ptrdiff_t>(layout_->owned_bytes(emptied_now_->state())));
    layout_->reset(emptied_now_->state());
    header(*emptied_now_).latest = no_time;
    emptied_.push_back(std::exchange(emptied_now_, nullptr));
  }

  // Later records of the batch may have found them, so they go behind it; those that got something again stay.
  void erase_emptied() {
    std::sort(emptied_.begin(), emptied_.end());
    emptied_.erase(std::unique(emptied_.begin(), emptied_.end()), emptied_.end());
    for (Entry* const entry : emptied_) {
      if (!layout_->is_empty(entry->state())) continue;
      forgetting_.unwatch(header(*entry).timer);
      drop(*entry);
    }
    emptied_.clear();
  }

  void drop(Entry& entry) {
    state_.grow(-static_cast<std::ptrdiff_t>(layout_->owned_bytes(entry.state())));
    state_.erase(entry);
  }

  void forget_all() {
    for (Entry* const entry : closing_) forgetting_.unwatch(header(*entry).timer);
    state_.clear();
    unmatched_.clear();
    closing_.clear();
    next_closing_ = 0;
    is_finishing_ = false;
  }

  std::shared_ptr<const JoinPlan> plan_;
  std::shared_ptr<const JoinLayout> layout_;
  state::KeyedState& state_;
  Unmatched unmatched_;
  Forgetting forgetting_;
  JoinRows rows_;

  std::vector<Arrived> arrived_;  // records of the batch at hand
  std::size_t next_ = 0;          // of these
  bool has_begun_ = false;        // they have been looked up
  Entry* emptied_now_ = nullptr;  // forgets all once its rows are emitted
  std::vector<Entry*> emptied_;   // by the batch at hand
  std::vector<Entry*> closing_;   // at the end, in jq's order of their groups
  std::size_t next_closing_ = 0;
  bool is_finishing_ = false;
};

std::string note_of(const JoinPlan& plan) {
  if (!plan.window.is_none()) return "what each side has of a group in each open window, in memory";
  if (plan.emit == JoinEmit::final) return "what each side has of a group, in memory until the end";
  if (plan.emit == JoinEmit::complete) return "what the sides of a group have until all have spoken, in memory";
  return plan.on ? "what the other sides have of a group, in memory" : "what each side has of a group, in memory";
}

Result<OperatorPlan, OptionFaults> plan(const Options& options) {
  auto planned = plan_join(options);
  if (!planned.ok()) return std::move(planned.error());
  const std::shared_ptr<const JoinPlan> join = *planned;
  OperatorPlan plan;
  plan.exchange = Exchange::by_group;
  plan.reads.time = true;
  plan.writes_value = true;
  plan.passes_records = false;
  plan.can_reject = true;
  plan.has_window = !join->window.is_none();
  plan.has_clock = plan.has_window || join->forget.has_value();
  plan.clock = join->clock;
  if (plan.has_window) plan.outputs = {"late"};
  plan.waits_for_end = !plan.has_window && join->emit == JoinEmit::final;
  plan.grows_without_bound = !plan.has_window && !plan.waits_for_end && !join->forget;
  plan.end_hint = plan.waits_for_end ? "write `window: { tumbling: 1m }`, or `emit: complete` or `emit: running`"
                                     : "write `forget: 1d`";
  plan.note = note_of(*join);
  for (const JoinPlan::Side& side : join->sides) {
    SidePlan planned_side{
        side.name, [by = side.by](Context& context) { return std::make_unique<GroupSender>(context, by); }, {}};
    side.by.add_reads(planned_side.reads);
    plan.sides.push_back(std::move(planned_side));
  }
  plan.make = [join](Context& context) -> std::unique_ptr<Operator> {
    if (join->window.is_session()) return std::make_unique<SessionJoin>(context, join);
    if (!join->window.is_none()) return std::make_unique<WindowJoin>(context, join);
    return std::make_unique<Join>(context, join);
  };
  return plan;
}

std::vector<OptionSpec> options() {
  std::vector<OptionSpec> options = {
      {.name = "sides",
       .type = OptionType::steps,
       .doc = "What is joined: names, each with a step above or an output of one. Two or more. A record of the join "
              "has a field "
              "of that name with the value of that side, or null.",
       .required = true,
       .example = "{orders: orders, users: users}"},
      GroupBy::option(),
      window_option(),
      clock_option(),
      {.name = "keep",
       .type = OptionType::choice,
       .doc = "Which values of a side count: the `last` to arrive (in a window, by event time), the `first`, or `all`, "
              "which gives every combination of the sides' values.",
       .default_text = "last",
       .example = "all",
       .choices = {"last", "first", "all"}},
      {.name = "emit",
       .type = OptionType::choice,
       .doc =
           "`complete`: once all sides have spoken, which then forget. `final`: when the window closes, or at the end "
           "of the input, what is there. `running`: the current rows at every arrival. A side whose value is null has "
           "spoken. Default: `complete`, with a window `final`.",
       .example = "running",
       .choices = {"complete", "final", "running"}},
      {.name = "on",
       .type = OptionType::text,
       .doc = "With `emit: running`: the side whose arrivals alone emit rows, which so are enriched with what the "
              "others have.",
       .example = "orders"},
      Forgetting::option(
          "A group is dropped when the step's clock has come that far beyond the time of its latest record")};
  options[1].doc =
      "What records of the sides have in common: one expression for all sides, or a mapping of each side to its own. A "
      "composite "
      "group is one expression: `[.a, .b]`. A group that is null matches nothing: its record is a row of its own with "
      "`final` and "
      "`running`, and dropped with `complete`. Absent: all match.";
  options[1].example = ".user";
  return options;
}

}  // namespace

OperatorEntry join_operator() {
  Spec spec;
  spec.name = "join";
  spec.summary = "joins the records of several steps that have a group in common";
  spec.outputs = {"late"};
  spec.options = options();
  spec.can_reject = true;
  spec.keeps_state = true;
  spec.example =
      "join:\n"
      "  sides: { order: orders, user: users }\n"
      "  by:\n"
      "    order: .user_id\n"
      "    user: .id\n"
      "  emit: running\n"
      "  on: order\n"
      "  forget: 30d\n";
  return {std::move(spec), plan};
}

}  // namespace flowrun
