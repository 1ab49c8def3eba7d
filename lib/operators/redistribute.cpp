#include "operators/operators.hpp"

namespace flowrun {
namespace {

// The exchange before it does the work: batches reach the workers in turn.
class Redistribute final : public Operator {
 public:
  Progress process(InputIndex, Batch& batch, Output& output) override {
    if (output.full()) return Progress::more;
    output.pass(std::exchange(batch, Batch()));
    return Progress::done;
  }
};

Result<OperatorPlan, OptionFaults> plan(const Options&) {
  OperatorPlan plan;
  plan.exchange = Exchange::round_robin;
  plan.make = [](Context&) { return std::make_unique<Redistribute>(); };
  return plan;
}

}  // namespace

OperatorEntry redistribute_operator() {
  Spec spec;
  spec.name = "redistribute";
  spec.summary = "spreads records over all workers; their order is lost";
  spec.example = "redistribute: {}\n";
  return {std::move(spec), plan};
}

}  // namespace flowrun
