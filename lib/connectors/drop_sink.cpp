#include "connectors/connectors.hpp"

namespace flowrun {
namespace {

// The runtime counts what comes to a step; more is not to be done.
class Drop final : public Sink {
 public:
  Progress write(Batch& batch, Output&) override {
    batch.drop_front(batch.size());
    return Progress::done;
  }
  Progress flush() override { return Progress::done; }
};

Spec drop_sink_spec() {
  Spec spec;
  spec.kind = ComponentKind::sink;
  spec.name = "drop";
  spec.summary = "Counts records and lets them go";
  spec.guarantee = "nothing is kept";
  spec.example = "- sink: drop\n";
  return spec;
}

}  // namespace

SinkEntry drop_sink() {
  return {drop_sink_spec(), [](const Options&) -> Result<SinkPlan, OptionFaults> {
            SinkPlan plan;
            plan.make = [](Context&, std::unique_ptr<Encoder>, BlockQueue*) -> std::unique_ptr<Sink> {
              return std::make_unique<Drop>();
            };
            plan.encodes = false;
            plan.guarantee = "nothing is kept";
            return plan;
          }};
}

}  // namespace flowrun
