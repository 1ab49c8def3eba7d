#include "operators/evaluation.hpp"
#include "operators/operators.hpp"
#include "operators/select_rows.hpp"

namespace flowrun {
namespace {

class Key final : public Operator {
 public:
  Key(Context& context, ProgramPtr program, const ReadSet& reads)
      : program_(std::move(program)), evaluation_(context, reads) {}

  Progress process(InputIndex, Batch& batch, Output& output) override {
    if (output.full()) return Progress::more;
    pass_accepted(batch, kept_, output, [&](Batch::Row row) {
      scratch_.clear();
      const Value key = evaluation_.exactly_one(*program_, batch, row, scratch_, output);
      if (!key.is_nothing()) set_key(batch, row, key);
      return !key.is_nothing();
    });
    return Progress::done;
  }

 private:
  void set_key(Batch& batch, Batch::Row row, const Value& value) {
    const Value key = as_key(value, text_);
    batch.set_key(row, key.is_inline() || key.is_null() ? key : deep_copy(key, batch.arena()));
  }

  ProgramPtr program_;
  Evaluation evaluation_;
  Arena scratch_;
  std::string text_;
  std::vector<Batch::Row> kept_;
};

Result<OperatorPlan, OptionFaults> plan(const Options& options) {
  OperatorPlan plan;
  plan.can_reject = true;
  const ProgramPtr& program = options.at<ProgramPtr>("");
  add_reads(*program, plan.reads);
  plan.make = [program, reads = plan.reads](Context& context) {
    return std::make_unique<Key>(context, program, reads);
  };
  return plan;
}

}  // namespace

OperatorEntry key_operator() {
  Spec spec;
  spec.name = "key";
  spec.summary = "sets the key of each record, for sinks that use one and for $key";
  spec.value = OptionSpec{.type = OptionType::expression,
                          .doc =
                              "A text becomes the key as it is, any other value as compact JSON; null removes the "
                              "key. Not exactly one output rejects the record.",
                          .required = true,
                          .example = ".user.id"};
  spec.can_reject = true;
  spec.example = "key: .user.id\n";
  return {std::move(spec), plan};
}

}  // namespace flowrun
