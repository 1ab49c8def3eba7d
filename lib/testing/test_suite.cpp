#include "testing/test_suite.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "testing/test_run.hpp"
#include "testing/verdict.hpp"

namespace flowrun {
namespace {

// The flow with the parameters of the test. What the test does not give and the flow does not know by itself (secrets) may
// be anything: the connectors that want it are not there.
LoadedFlow load_for(const FlowTest& test, const std::string& path, LoadOptions options) {
  options.parameters = {};
  options.parameters.texts = test.parameters;
  for (const auto& [name, text] : test.parameters) options.parameters.origins[name] = name;
  options.parameters.assume_missing = true;
  return load_flow(path, options);
}

std::string runs_text(const std::vector<const Observation*>& runs) {
  std::vector<std::string> names;
  for (const Observation* const run : runs) names.push_back(name_of(*run));
  return fmt::format("with {}: ", fmt::join(names, " and "));
}

// What the runs do not agree on; empty where they agree.
std::string disagreements(const std::vector<Observation>& runs) {
  for (std::size_t index = 1; index < runs.size(); ++index)
    if (std::string found = disagreement(runs.front(), runs[index]); !found.empty()) return found;
  return {};
}

// The same complaint of several runs stands there once. Where runs do not agree, what is wrong in the later ones alone only
// follows from that.
std::string complaints_of(const FlowTest& test, const std::vector<Observation>& runs) {
  std::vector<std::pair<Complaint, std::vector<const Observation*>>> all;
  const std::string disagreement = disagreements(runs);
  for (const Observation& run : runs)
    for (const Complaint& complaint : judge(test, run)) {
      auto known = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.first == complaint; });
      // What a crash alone brings about is said of the crash.
      if (run.crashed && known != all.end()) continue;
      if (known == all.end() && !disagreement.empty() && &run != &runs.front()) continue;
      if (known == all.end()) known = all.insert(all.end(), {complaint, {}});
      known->second.push_back(&run);
    }
  const auto plain_runs = static_cast<std::size_t>(
      std::count_if(runs.begin(), runs.end(), [](const Observation& run) { return !run.crashed; }));
  std::string text;
  bool depends_on_number = false;
  for (const auto& [complaint, complaining] : all) {
    const bool is_of_some = complaining.size() < plain_runs || complaining.front()->crashed;
    depends_on_number = depends_on_number || is_of_some;
    text += (is_of_some ? runs_text(complaining) : std::string()) + complaint.text;
  }
  if (depends_on_number && disagreement.empty() && test.in_order)
    text += "hint: several workers keep no order between groups: leave `in_order` out, or write `workers: 1`\n";
  return text + disagreement;
}

std::string run_one(const std::string& path, const FlowTest& named, const TestOptions& options) {
  const LoadedFlow flow = load_for(named, path, options.load);
  if (!flow.valid) return "the flow is not valid with the parameters of the test\n" + flow.diagnostics;
  const auto test =
      std::find_if(flow.tests.begin(), flow.tests.end(), [&](const FlowTest& each) { return each.name == named.name; });
  std::vector<Observation> runs;
  const std::vector<std::size_t> workers = test->workers ? std::vector{*test->workers} : options.workers;
  for (const std::size_t number : workers) runs.push_back(run_test(flow.flow, *test, number));
  // After a stop that is foreseen nothing is left to go on with, and what is for several workers alone may depend on where
  // they were.
  const FlowTest crashing = with_crash(*test);
  if (workers.front() == 1 && !runs.front().plan->stop()) {
    runs.push_back(run_test(flow.flow, crashing, 1));
    runs.back().crashed = true;
  }
  return complaints_of(*test, runs);
}

}  // namespace

void run_tests(const std::string& path, const LoadedFlow& flow, const TestOptions& options,
               const std::function<void(const TestOutcome&)>& done) {
  for (const FlowTest& test : flow.tests) {
    if (test.name.find(options.filter) == std::string::npos) continue;
    const auto start = std::chrono::steady_clock::now();
    std::string complaint = run_one(path, test, options);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    done({test.name, std::move(complaint), elapsed.count()});
  }
}

}  // namespace flowrun
