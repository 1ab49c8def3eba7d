#include <catch2/catch.hpp>

#include "builtins.hpp"
#include "counted_calls.hpp"
#include "fakes.hpp"
#include "flow/load.hpp"
#include "support/temporary_folder.hpp"

namespace flowrun {
namespace {

constexpr std::uint64_t records = 40'000;

// From bytes to bytes: decoding, expressions, an exchange, state, encoding.
constexpr const char* flow_text = R"yaml(
flow: counted
params: { input: { required: true }, output: { required: true }, totals: { required: true } }
stream:
  - id: events
    source: { file: { path: '${{ $params.input }}' } }
  - id: large
    filter: .n % 10 != 3
  - set: { double: .n * 2, label: '"a label longer than what is inline: \(.n)"' }
  - sink: { file: { path: '${{ $params.output }}' } }
  - from: large
    id: totals
    aggregate: { by: .user, values: { n: count, total: sum(.n) } }
  - sink: { file: { path: '${{ $params.totals }}' } }
)yaml";

std::string events(std::uint64_t count) {
  std::string text;
  for (std::uint64_t number = 0; number < count; ++number)
    text += R"({"n":)" + std::to_string(number) + R"(,"user":"user number )" + std::to_string(number % 50) +
            R"(","note":"text that is longer than fourteen bytes"})" + "\n";
  return text;
}

CountedCalls calls_of_run(const TemporaryFolder& folder, std::uint64_t count, std::size_t workers) {
  LoadOptions options;
  options.registry = &builtins();
  options.parameters.texts = {{"input", folder.write("events.jsonl", events(count))},
                              {"output", folder.path("output.jsonl")},
                              {"totals", folder.path("totals.jsonl")}};
  for (const auto& [name, text] : options.parameters.texts) options.parameters.origins[name] = name;
  const LoadedFlow flow = load_flow(folder.write("counted.yaml", flow_text), options);
  REQUIRE(flow.diagnostics == "");
  REQUIRE(flow.valid);
  SystemClock clock;
  Job job(flow.compiled.plan, job_options(clock, workers));
  const CountedCalls before = counted_calls();
  const JobSummary summary = job.run();
  const CountedCalls calls = counted_calls() - before;
  REQUIRE(summary.nodes.front().counts.records_in == count);
  return calls;
}

}  // namespace

TEST_CASE("a record costs no allocation and no lock, only a batch does") {
  if (!calls_are_counted) return;
  const std::size_t workers = GENERATE(1u, 2u);
  const TemporaryFolder folder;
  calls_of_run(folder, records, workers);  // what is made once in a process is there now
  const CountedCalls once = calls_of_run(folder, records, workers);
  const CountedCalls twice = calls_of_run(folder, 2 * records, workers);
  const CountedCalls added = twice - once;
  CAPTURE(workers, once.allocations, twice.allocations, once.locks, twice.locks);
  // A batch of about a thousand records takes 30 to 70 of each with all that is done here.
  CHECK(static_cast<double>(added.allocations) < 0.125 * records);
  CHECK(static_cast<double>(added.locks) < 0.125 * records);
}

}  // namespace flowrun
