#include "flow/provisional.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "flow/diagnostic_codes.hpp"
#include "flow/yaml_tree.hpp"

namespace flowrun {
namespace {

// For each step, the one whose provisional results it hands on; null where there is none.
class ProvisionalResults {
 public:
  explicit ProvisionalResults(const std::vector<Step>& steps) : steps_(steps), given_(steps.size()) {
    // A reader of `errors` may stand above what it reads, so one round in the order of the file is not enough.
    for (bool found = true; found;) {
      found = false;
      for (std::size_t index = 0; index < steps.size(); ++index) {
        if (given_[index] != nullptr) continue;
        given_[index] = given_by(steps[index]);
        found = found || given_[index] != nullptr;
      }
    }
  }

  /// Of what comes to a step.
  const Step* among_inputs(const Step& step) const {
    for (const Stream& stream : step.from) {
      const auto& names = steps_[stream.step].outputs.names;
      const bool passes = stream.port < names.size() && names[stream.port] != "late";
      if (passes && given_[stream.step] != nullptr) return given_[stream.step];
    }
    return nullptr;
  }

 private:
  const Step* given_by(const Step& step) const {
    const auto* const plan = std::get_if<OperatorPlan>(&step.work);
    if (plan == nullptr) return nullptr;
    if (plan->has_provisional_results) return &step;
    return step.keeps_state || plan->keeps_final_only ? nullptr : among_inputs(step);
  }

  const std::vector<Step>& steps_;
  std::vector<const Step*> given_;
};

}  // namespace

void check_provisional(const std::vector<Step>& steps, Diagnostics& diagnostics) {
  const ProvisionalResults results(steps);
  for (const Step& step : steps) {
    const Step* const from = step.keeps_state ? results.among_inputs(step) : nullptr;
    if (from == nullptr) continue;
    diagnostics.error(Code::provisional_results, step.node->span,
                      fmt::format("`{}` would take in results of `{}` that are not final, expected the final ones only",
                                  step.id, from->id),
                      "write `- filter: .final` before it");
  }
}

}  // namespace flowrun
