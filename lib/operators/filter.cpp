#include "operators/evaluation.hpp"
#include "operators/operators.hpp"
#include "operators/select_rows.hpp"

namespace flowrun {
namespace {

class Filter final : public Operator {
 public:
  Filter(Context& context, ProgramPtr condition, const ReadSet& reads)
      : condition_(std::move(condition)), evaluation_(context, reads) {}

  Progress process(InputIndex, Batch& batch, Output& output) override {
    if (output.full()) return Progress::more;
    pass_accepted(batch, kept_, output, [&](Batch::Row row) {
      return evaluation_.condition(*condition_, batch, row, output) == Evaluation::Truth::holds;
    });
    return Progress::done;
  }

 private:
  ProgramPtr condition_;
  Evaluation evaluation_;
  std::vector<Batch::Row> kept_;
};

Result<OperatorPlan, OptionFaults> plan(const Options& options) {
  OperatorPlan plan;
  plan.can_reject = true;
  const ProgramPtr& condition = options.at<ProgramPtr>("");
  add_reads(*condition, plan.reads);
  plan.keeps_final_only = condition->canonical_text() == ".final";
  plan.make = [condition, reads = plan.reads](Context& context) {
    return std::make_unique<Filter>(context, condition, reads);
  };
  return plan;
}

}  // namespace

OperatorEntry filter_operator() {
  Spec spec;
  spec.name = "filter";
  spec.summary = "keeps the records for which a condition holds";
  spec.value = OptionSpec{.type = OptionType::condition,
                          .doc =
                              "Holds where its output is neither false nor null; no output counts as false, several "
                              "outputs reject the record.",
                          .required = true,
                          .example = ".amount >= 100"};
  spec.can_reject = true;
  spec.example = "filter: .amount >= 100\n";
  return {std::move(spec), plan};
}

}  // namespace flowrun
