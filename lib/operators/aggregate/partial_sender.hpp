#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "component/operator.hpp"
#include "operators/aggregate/pane_intake.hpp"
#include "operators/group_key.hpp"

namespace flowrun {

/// The step before the exchange of an aggregate whose values merge exactly: folds records into partial states by group and
/// pane and sends those, each as a record without event time whose value is the encoded state and whose group is set. All
/// are sent before a mark, at the end, and when they take too much memory, and those of a pane before the watermark that
/// ends it; so partials are never state and never late. A record whose pane has ended here already travels as itself, and
/// the receiver judges it. So do all of a time where partials are hardly fewer than the records that they are made of.
class PartialSender final : public Operator {
 public:
  static constexpr std::size_t most_bytes = 4 * 1024 * 1024;

  PartialSender(Context& context, std::shared_ptr<const AggregatePlan> plan);

  Progress process(InputIndex input, Batch& batch, Output& output) override;
  Progress advance(ClockKind clock, Time time, Output& output) override;
  Progress before_mark(Output& output) override;
  Progress finish(Output& output) override;
  void restored(Time watermark) override { watermark_ = std::max(watermark_, watermark); }

 private:
  void take(Batch& batch, Output& output);
  bool take_row(const Batch& batch, Batch::Row row, Output& output);
  Progress pass_on(Batch& batch, Output& output);
  void judge();
  bool has_ended_panes() const;
  Progress send_until(Time time, Output& output);
  Progress send_pane(Time start, const state::KeyedState& groups, Output& output);
  void send(Time start, const state::KeyedState& groups, const state::KeyedState::Entry& entry, Output& output);
  void send_record(const Batch& batch, Batch::Row row, Output& output);

  std::shared_ptr<const AggregatePlan> plan_;
  state::PanedState partials_;
  GroupEvaluation groups_;
  PaneIntake intake_;
  Time watermark_ = beginning_of_time;
  bool is_grouped_ = false;  // the batch at hand
  Time sending_until_ = beginning_of_time;
  std::vector<state::KeyedState::Entry*> sending_;  // of the first pane
  std::size_t next_ = 0;                            // of these
  std::string encoded_;
  std::size_t folded_ = 0;  // records since partials were judged last
  std::size_t sent_ = 0;    // partials since then
  std::vector<Batch::Row> passed_;
  std::size_t to_pass_ = 0;  // records that go on as they are before partials are tried again
};

/// Takes partial states that came as records into the states of their groups and panes.
class PartialReceiver {
 public:
  PartialReceiver(std::shared_ptr<const AggregatePlan> plan, state::PanedState& state);

  void take(const Batch& batch, Batch::Row row);

 private:
  void merge(std::string_view encoded, state::KeyedState::Entry& entry);

  std::shared_ptr<const AggregatePlan> plan_;
  state::PanedState& state_;
  std::unique_ptr<std::uint64_t[]> decoded_;  // room for one state
};

}  // namespace flowrun
