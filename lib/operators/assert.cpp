#include <fmt/format.h>

#include "operators/evaluation.hpp"
#include "operators/operators.hpp"
#include "operators/select_rows.hpp"

namespace flowrun {
namespace {

class Assert final : public Operator {
 public:
  Assert(Context& context, ProgramPtr that, ProgramPtr message, const ReadSet& reads)
      : that_(std::move(that)), message_(std::move(message)), evaluation_(context, reads) {}

  Progress process(InputIndex, Batch& batch, Output& output) override {
    if (output.full()) return Progress::more;
    pass_accepted(batch, kept_, output, [&](Batch::Row row) {
      const Evaluation::Truth truth = evaluation_.condition(*that_, batch, row, output);
      if (truth == Evaluation::Truth::fails) reject(batch, row, output);
      return truth == Evaluation::Truth::holds;
    });
    return Progress::done;
  }

 private:
  void reject(const Batch& batch, Batch::Row row, Output& output) {
    scratch_.clear();
    evaluation_.begin(batch, row, scratch_);
    const expr::Outcome outcome = evaluation_.one(*message_, batch.value(row), scratch_);
    if (outcome.outputs == expr::Outputs::one)
      output.reject(batch, row, RejectKind::assertion, outcome.value.as_text());
    else
      output.reject(batch, row, RejectKind::assertion, message_fault(outcome.outputs));
  }

  std::string message_fault(expr::Outputs outputs) const {
    const std::string_view fault = outputs == expr::Outputs::error  ? evaluation_.error()
                                   : outputs == expr::Outputs::none ? no_output
                                                                    : several_outputs;
    return fmt::format("the assertion does not hold, and its message could not be made: {}", fault);
  }

  ProgramPtr that_;
  ProgramPtr message_;
  Evaluation evaluation_;
  Arena scratch_;
  std::vector<Batch::Row> kept_;
};

Result<OperatorPlan, OptionFaults> plan(const Options& options) {
  OperatorPlan plan;
  plan.can_reject = true;
  const ProgramPtr& that = options.at<ProgramPtr>("that");
  const ProgramPtr& message = options.at<ProgramPtr>("message");
  add_reads(*that, plan.reads);
  add_reads(*message, plan.reads);
  plan.make = [that, message, reads = plan.reads](Context& context) {
    return std::make_unique<Assert>(context, that, message, reads);
  };
  return plan;
}

}  // namespace

OperatorEntry assert_operator() {
  Spec spec;
  spec.name = "assert";
  spec.summary = "rejects the records for which a condition does not hold";
  spec.options = {OptionSpec{.name = "that",
                             .type = OptionType::condition,
                             .doc = "What must hold: its output is neither false nor null.",
                             .required = true,
                             .example = ".amount > 0"},
                  OptionSpec{.name = "message",
                             .type = OptionType::interpolation,
                             .doc = "The message of the error record.",
                             .default_text = "the assertion does not hold",
                             .example = "amount was \\(.amount)"}};
  spec.can_reject = true;
  spec.example = "assert:\n  that: .amount > 0\n  message: 'amount was \\(.amount)'\n";
  return {std::move(spec), plan};
}

}  // namespace flowrun
