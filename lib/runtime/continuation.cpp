#include "runtime/continuation.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/failure.hpp"

namespace flowrun {
namespace {

const state::StepFingerprint* find(const std::vector<state::StepFingerprint>& all, const std::string& step) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const state::StepFingerprint& each) { return each.step == step; });
  return found != all.end() ? &*found : nullptr;
}

void require_known(const Discarding& discarding, const std::vector<state::StepFingerprint>& stored) {
  for (const std::string& step : discarding.steps) {
    if (find(stored, step) != nullptr) continue;
    std::vector<std::string> known;
    for (const state::StepFingerprint& each : stored) known.push_back(each.step);
    throw Failure(ExitCode::usage,
                  fmt::format("--discard-state {}: the recovery directory has no state of that step\n"
                              "hint: it has that of {}",
                              step, known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
  }
}

// Its nodes are called as the step, some with a part behind it.
void discard(const std::string& step, state::Store& store) {
  for (const state::StepNote& note : store.latest()->steps)
    if (note.node == step || note.node.starts_with(step + "/")) store.discard(note.node);
}

}  // namespace

std::string difference(const Plan& plan, const state::StepFingerprint& stored) {
  const state::StepFingerprint* const now = find(plan.fingerprints, stored.step);
  if (now == nullptr)
    return fmt::format("the recovery directory has state of step `{}`, which the flow does not have any more",
                       stored.step);
  if (now->text == stored.text) return {};
  return fmt::format("the state of step `{}` in the recovery directory is that of another step\nit was  {}\nit is   {}",
                     stored.step, stored.text, now->text);
}

void prepare_to_go_on(const Plan& plan, const Discarding& discarding, state::Store& store) {
  const std::vector<state::StepFingerprint> stored = store.latest()->fingerprints;
  require_known(discarding, stored);
  std::vector<std::string> forgotten;
  for (const state::StepFingerprint& each : stored) {
    const std::string differs = difference(plan, each);
    const bool is_named =
        std::find(discarding.steps.begin(), discarding.steps.end(), each.step) != discarding.steps.end();
    if (is_named || (!differs.empty() && discarding.what_does_not_fit))
      forgotten.push_back(each.step);
    else if (!differs.empty())
      throw Failure(ExitCode::recovery_unusable,
                    fmt::format("{}\nhint: bring the step back as it was; or `--discard-state {}` begins it anew, and "
                                "`--ignore-state` every step that does not fit",
                                differs, each.step));
  }
  for (const std::string& step : forgotten) discard(step, store);
}

}  // namespace flowrun
