#include "testing/test_suite.hpp"

#include <catch2/catch.hpp>

#include "builtins.hpp"
#include "support/temporary_folder.hpp"

using namespace flowrun;

namespace {

// Gives for each record the number of the worker that it came to, in turn.
class WhichWorker final : public Operator {
 public:
  explicit WhichWorker(std::size_t worker) : worker_(worker) {}
  Progress process(InputIndex, Batch& batch, Output& output) override {
    for (const Batch::Row row : batch.rows()) batch.set_value(row, Value::integer(static_cast<std::int64_t>(worker_)));
    output.pass(std::exchange(batch, Batch()));
    return Progress::done;
  }

 private:
  std::size_t worker_;
};

Registry with_which_worker() {
  Registry registry = builtins();
  OperatorEntry& entry = registry.operators.emplace_back();
  entry.spec.name = "which_worker";
  entry.plan = [](const Options&) -> Result<OperatorPlan, OptionFaults> {
    OperatorPlan plan;
    plan.exchange = Exchange::round_robin;
    plan.make = [](Context& context) { return std::make_unique<WhichWorker>(context.worker); };
    return plan;
  };
  return registry;
}

// "NAME: " and the complaint of each test of a flow.
std::string outcomes(const std::string& text, const std::string& filter = "") {
  static const Registry registry = with_which_worker();
  const TemporaryFolder folder;
  const std::string path = folder.write("flow.yaml", text);
  TestOptions options;
  options.load.registry = &registry;
  options.filter = filter;
  const LoadedFlow flow = load_flow(path, options.load);
  REQUIRE(flow.diagnostics.empty());
  std::string all;
  run_tests(path, flow, options, [&](const TestOutcome& test) { all += test.name + ": " + test.complaint; });
  return all;
}

const std::string head = R"(flow: f
stream:
  - id: in
    source: stdin
  - id: same
    map: .
  - id: placed
    which_worker: {}
  - id: later
    map: .
  - id: out
    sink: stdout
tests:
  - name: test
    script: [ { send: { to: in, value: a } }, { send: { to: in, value: b } }, { send: { to: in, value: c } } ]
)";

}  // namespace

TEST_CASE("the first step whose records depend on the number of workers is named") {
  CHECK(outcomes(head + "    expect: { same: [ a, b, c ] }\n") ==
        "test: `placed` gives other records with 3 workers (+) than with 1 worker (-): its result depends on order\n"
        "  - 0\n"
        "  - 0\n"
        "  + 1\n"
        "  + 2\n");
}

TEST_CASE("what is wrong on some numbers of workers alone is told with these") {
  CHECK(outcomes(head + "    expect: { placed: [ 0, 1, 2 ] }\n") ==
        "test: with 1 worker: `placed` is not as expected\n"
        "  - 1\n"
        "  - 2\n"
        "  + 0\n"
        "  + 0\n"
        "`placed` gives other records with 3 workers (+) than with 1 worker (-): its result depends on order\n"
        "  - 0\n"
        "  - 0\n"
        "  + 1\n"
        "  + 2\n");
}

TEST_CASE("a test that names its number of workers runs on no other") {
  CHECK(outcomes(head + "    expect: { placed: [ 0, 0, 0 ] }\n    workers: 1\n") == "test: ");
  CHECK(outcomes(head + "    expect: { placed: [ 0, 1, 2 ] }\n    workers: 3\n") == "test: ");
}

TEST_CASE("tests are chosen by a part of their names") {
  CHECK(outcomes(head + "    workers: 1\n    expect: { out: [ 0, 0, 0 ] }\n", "es") == "test: ");
  CHECK(outcomes(head + "    workers: 1\n    expect: { out: [ 0, 0, 0 ] }\n", "no") == "");
}
