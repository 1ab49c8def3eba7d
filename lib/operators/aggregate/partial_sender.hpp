#pragma once

#include <memory>
#include <vector>

#include "component/operator.hpp"
#include "operators/aggregate/intake.hpp"

namespace flowrun {

/// The step before the exchange of an aggregate whose values merge exactly: folds records into partial states and sends
/// those, each as a record whose value is the encoded state and whose group is set. All are sent before a mark, at the
/// end, and when they take too much memory; so they are never state.
class PartialSender final : public Operator {
 public:
  static constexpr std::size_t most_bytes = 4 * 1024 * 1024;

  PartialSender(Context& context, std::shared_ptr<const AggregatePlan> plan);

  Progress process(InputIndex input, Batch& batch, Output& output) override;
  Progress before_mark(Output& output) override;
  Progress finish(Output& output) override;

 private:
  Progress send_all(Output& output);
  void send(const state::KeyedState::Entry& entry, Output& output);

  std::shared_ptr<const AggregatePlan> plan_;
  state::KeyedState partials_;
  GroupEvaluation groups_;
  GroupIntake intake_;
  std::vector<state::KeyedState::Entry*> sending_;
  std::size_t next_ = 0;  // of sending_
  std::string encoded_;
};

/// Takes partial states that came as records into the states of their groups.
class PartialReceiver {
 public:
  PartialReceiver(std::shared_ptr<const AggregatePlan> plan, state::KeyedState& state);

  void take(const Batch& batch);

 private:
  void merge(std::string_view encoded, state::KeyedState::Entry& entry);

  std::shared_ptr<const AggregatePlan> plan_;
  state::KeyedState& state_;
  std::unique_ptr<std::uint64_t[]> decoded_;  // room for one state
};

}  // namespace flowrun
