#include "operators/grouped.hpp"

#include <deque>
#include <memory>

#include "state/keyed_states.hpp"

namespace flowrun {
namespace {

class Grouped final : public Operator {
 public:
  Grouped(const OperatorPlan& plan, Context& context) : sender_context_(context), sent_(setup(context)) {
    sender_context_.state = &sender_state_;
    if (plan.make_before_exchange != nullptr) senders_.push_back(plan.make_before_exchange(sender_context_));
    for (const SidePlan& side : plan.sides) senders_.push_back(side.make_before_exchange(sender_context_));
    receiver_ = plan.make(context);
  }

  Progress process(InputIndex input, Batch& batch, Output& output) override {
    if (!batch.empty()) {
      while (senders_[input]->process(0, batch, sent_) == Progress::more) collect(output);
      collect(output);
      batch.drop_front(batch.size());
    }
    for (; !pending_.empty(); pending_.pop_front())
      if (receiver_->process(input, pending_.front(), output) == Progress::more) return Progress::more;
    return Progress::done;
  }
  Progress advance(ClockKind clock, Time time, Output& output) override {
    return receiver_->advance(clock, time, output);
  }
  Progress before_mark(Output& output) override { return receiver_->before_mark(output); }
  void restored(Time watermark) override { receiver_->restored(watermark); }
  Time closed_until() const override { return receiver_->closed_until(); }
  Time next_timer() const override { return receiver_->next_timer(); }
  Progress finish(Output& output) override { return receiver_->finish(output); }

 private:
  static Output::Setup setup(const Context& context) {
    Output::Setup setup;
    setup.step = context.step;
    setup.errors_read = true;
    setup.clock = context.clock;
    return setup;
  }
  void collect(Output& output) {
    sent_.finish_building();
    for (Batch& errors : sent_.take(sent_.errors_port())) output.pass(std::move(errors), output.errors_port());
    for (Batch& grouped : sent_.take(0)) pending_.push_back(std::move(grouped));
  }

  state::KeyedStates sender_state_;
  Context sender_context_;
  Output sent_;
  std::vector<std::unique_ptr<Operator>> senders_;
  std::unique_ptr<Operator> receiver_;
  std::deque<Batch> pending_;
};

}  // namespace

OperatorFactory grouped(const OperatorPlan& plan) {
  return [plan](Context& context) { return std::make_unique<Grouped>(plan, context); };
}

OperatorHarness alone(std::string_view name, const Options& options) {
  const OperatorPlan plan = planned(name, options);
  return OperatorHarness(grouped(plan), static_cast<Port>(plan.outputs.size() + 1));
}

}  // namespace flowrun
