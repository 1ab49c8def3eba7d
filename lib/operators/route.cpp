#include <fmt/format.h>

#include "operators/evaluation.hpp"
#include "operators/operators.hpp"

namespace flowrun {
namespace {

enum class To { first, all };

// Hands each record to the outputs whose conditions hold; the last port is `other`.
class Route final : public Operator {
 public:
  Route(Context& context, To to, FieldPrograms conditions, const ReadSet& reads)
      : to_(to), conditions_(std::move(conditions)), evaluation_(context, reads), rows_(conditions_.size() + 1) {}

  Progress process(InputIndex, Batch& batch, Output& output) override {
    if (output.full()) return Progress::more;
    for (std::vector<Batch::Row>& rows : rows_) rows.clear();
    for (const Batch::Row row : batch.rows()) choose(batch, row, output);
    hand_on(batch, output);
    return Progress::done;
  }

 private:
  void choose(const Batch& batch, Batch::Row row, Output& output) {
    chosen_.clear();
    for (std::size_t port = 0; port < conditions_.size(); ++port) {
      const Evaluation::Truth truth = evaluation_.condition(*conditions_[port].program, batch, row, output);
      if (truth == Evaluation::Truth::rejected) return;
      if (truth == Evaluation::Truth::fails) continue;
      chosen_.push_back(port);
      if (to_ == To::first) break;
    }
    if (chosen_.empty()) chosen_.push_back(conditions_.size());
    for (const std::size_t port : chosen_) rows_[port].push_back(row);
  }

  void hand_on(Batch& batch, Output& output) {
    for (std::size_t port = 0; port < rows_.size(); ++port) {
      if (rows_[port].empty()) continue;
      const bool is_all_of_one = rows_[port].size() == batch.size() && to_ == To::first;
      Batch part = is_all_of_one ? std::exchange(batch, Batch()) : batch.share();
      part.select(rows_[port]);
      output.pass(std::move(part), static_cast<Port>(port));
      if (is_all_of_one) return;
    }
    batch = Batch();
  }

  To to_;
  FieldPrograms conditions_;
  Evaluation evaluation_;
  std::vector<std::vector<Batch::Row>> rows_;  // by port
  std::vector<std::size_t> chosen_;
};

bool is_output_name(std::string_view name) {
  const auto is_word = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_';
  };
  return !name.empty() && name.front() >= 'a' && name.front() <= 'z' && std::all_of(name.begin(), name.end(), is_word);
}

OptionFaults faults_of_names(const FieldPrograms& conditions) {
  OptionFaults faults;
  for (const FieldProgram& condition : conditions) {
    if (condition.name == "other" || condition.name == "late" || condition.name == "errors")
      faults.push_back({condition.name, "bad-name",
                        fmt::format("the output `{}` has a name of its own", condition.name),
                        "`other`, `late` and `errors` are outputs that steps have by themselves: choose another name"});
    else if (!is_output_name(condition.name))
      faults.push_back({condition.name, "bad-name",
                        fmt::format("`{}` is no name of an output, expected [a-z][a-z0-9_]*", condition.name), ""});
  }
  return faults;
}

Result<OperatorPlan, OptionFaults> plan(const Options& options, To to) {
  const auto& conditions = options.at<FieldPrograms>("");
  if (OptionFaults faults = faults_of_names(conditions); !faults.empty()) return faults;
  OperatorPlan plan;
  plan.has_main_output = false;
  plan.can_reject = true;
  for (const FieldProgram& condition : conditions) plan.outputs.push_back(condition.name);
  plan.outputs.emplace_back("other");
  add_reads(conditions, plan.reads);
  plan.make = [to, conditions, reads = plan.reads](Context& context) {
    return std::make_unique<Route>(context, to, conditions, reads);
  };
  return plan;
}

OperatorEntry entry(To to, std::string name, std::string summary, std::string doc) {
  Spec spec;
  spec.name = std::move(name);
  spec.summary = std::move(summary);
  spec.value = OptionSpec{
      .type = OptionType::conditions, .doc = std::move(doc), .required = true, .example = "{large: .amount >= 1000}"};
  spec.outputs = {"other"};
  spec.has_main_output = false;
  spec.can_reject = true;
  spec.example = spec.name + ":\n  large: .amount >= 1000\n  small: .amount < 10\n";
  return {std::move(spec), [to](const Options& options) { return plan(options, to); }};
}

}  // namespace

OperatorEntry route_operator() {
  return entry(To::first, "route", "hands each record to the first output whose condition holds, else to `other`",
               "Names of outputs, which later steps read as `step.name`, and their conditions, tried in this order. No "
               "output of a condition counts as false, several reject the record.");
}

OperatorEntry route_all_operator() {
  return entry(
      To::all, "route_all", "hands each record to every output whose condition holds, else to `other`",
      "Names of outputs, which later steps read as `step.name`, and their conditions. No output of a condition "
      "counts as false, several reject the record, which then goes nowhere.");
}

}  // namespace flowrun
