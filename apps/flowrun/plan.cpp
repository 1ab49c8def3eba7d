#include <algorithm>
#include <cstdio>
#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/secrecy.hpp"
#include "command.hpp"
#include "flow/describe.hpp"
#include "load.hpp"
#include "runtime/continuation.hpp"
#include "state/store.hpp"

namespace flowrun {
namespace {

/// What the latest epoch of a recovery directory is to this plan. Exit code 10 where it cannot go on from there.
int show_continuation(const Plan& plan, const std::string& folder) {
  const auto view = state::StoreView::open(folder);
  const state::EpochNotes* const latest = view->latest();
  if (latest == nullptr) {
    fmt::print("the recovery directory has no epoch yet: the job begins anew\n");
    return 0;
  }
  fmt::print("epoch {}\n", latest->epoch);
  bool fits = true;
  for (const state::StepFingerprint& stored : latest->fingerprints) {
    const std::string differs = difference(plan, stored);
    fits = fits && differs.empty();
    fmt::print("{}: {}\n", stored.step, differs.empty() ? "goes on" : differs);
  }
  for (const state::StepFingerprint& step : plan.fingerprints)
    if (!std::any_of(latest->fingerprints.begin(), latest->fingerprints.end(),
                     [&](const state::StepFingerprint& stored) { return stored.step == step.step; }))
      fmt::print("{}: is new, and begins without state\n", step.step);
  return static_cast<int>(fits ? ExitCode::success : ExitCode::recovery_unusable);
}

int plan(const Invocation& invocation) {
  const LoadedFlow loaded = load_valid(invocation.arguments.front(), invocation, Missing::is_a_fault);
  const std::string* const format = invocation.find("format");
  const PlanFormat chosen = format == nullptr || *format == "text" ? PlanFormat::text
                            : *format == "json"                    ? PlanFormat::json
                                                                   : PlanFormat::mermaid;
  if (const std::string* const folder = invocation.find("recovery-directory"))
    return show_continuation(loaded.compiled.plan, *folder);
  std::fputs(without_secrets(describe_plan(loaded.flow, loaded.compiled, chosen)).c_str(), stdout);
  return 0;
}

}  // namespace

Command plan_command() {
  Command made;
  made.name = "plan";
  made.arguments = "FLOW";
  made.fewest = made.most = 1;
  made.summary = "shows the compiled plan: steps, what they read, what crosses workers, guarantees";
  CommandOption format;
  format.name = "format";
  format.value_name = "FORMAT";
  format.help = "of the plan";
  format.choices = {"text", "json", "mermaid"};
  format.default_text = "text";
  CommandOption recovery;
  recovery.name = "recovery-directory";
  recovery.letter = 'r';
  recovery.value_name = "DIR";
  recovery.help = "say instead what the plan would go on with from there";
  made.options = {format, recovery};
  for (CommandOption& option : load_command_options()) made.options.push_back(std::move(option));
  made.examples = {{"flowrun plan flow.yaml", "for a person"},
                   {"flowrun plan flow.yaml --format mermaid", "as a diagram"}};
  made.run = plan;
  return made;
}

}  // namespace flowrun
