#include "runtime/job.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "fakes.hpp"
#include "running_job.hpp"

namespace flowrun {
namespace {

const Time start_of_test{std::chrono::seconds(1000)};

using Entries = std::vector<std::string>;

// Ends the run at a number.
Plan::OperatorNode failing_at(std::int64_t number) {
  return operator_node([number](Context&) {
    Calls calls;
    calls.process = [number](InputIndex, Batch& batch, Output& output) {
      for (const Batch::Row row : batch.rows())
        if (batch.value(row).as_integer() == number)
          throw Failure(ExitCode::running_failed, "failed at " + std::to_string(number));
      output.pass(std::move(batch));
      return Progress::done;
    };
    return calls;
  });
}

// A writer that cannot be opened.
Plan::WriterNode failing_check() {
  class Failing final : public Writer {
   public:
    void check(const Position*) override { throw Failure(ExitCode::cannot_open, "output is a directory"); }
    void open(const Position*) override {}
    void write(std::string_view) override {}
    Position make_durable(std::uint64_t) override { return {}; }
  };
  return {"directory", [] { return std::make_unique<Failing>(); }};
}

}  // namespace

TEST_CASE("records go from the source through steps to the sink, on any number of workers") {
  const std::size_t workers = GENERATE(1u, 2u, 3u);
  Feed feed(3);
  for (std::int64_t number = 0; number < 5000; ++number)
    feed.send(Value::integer(number), static_cast<std::size_t>(number % 3));
  feed.end();
  Journal journal;
  PlanWriter writer;
  const auto source = writer.source(feed.node());
  const auto group = writer.step(grouping(), {{{{source}}}});
  const auto pass = writer.step(passing(), {{{{group, 0, Exchange::by_group}}}});
  writer.sink(noting_sink(journal), {{pass}});
  ManualClock clock(start_of_test);

  const JobSummary summary = Job(writer.plan, job_options(clock, workers)).run();

  Entries expected(workers, "seal 1");
  for (int number = 0; number < 5000; ++number) expected.push_back(std::to_string(number));
  std::sort(expected.begin(), expected.end());
  CHECK(journal.sorted() == expected);
  CHECK(summary.ending == Ending::input_ended);
  CHECK(summary.epochs == 1);
  REQUIRE(summary.nodes.size() == 4);
  for (const JobSummary::Node& node : summary.nodes) CHECK(node.counts.records_in == 5000);
}

TEST_CASE("a source without partitions ends at once") {
  const std::size_t workers = GENERATE(1u, 2u);
  Feed feed(0);
  Journal journal;
  PlanWriter writer;
  writer.sink(noting_sink(journal), {{writer.source(feed.node())}});
  ManualClock clock(start_of_test);
  CHECK(Job(writer.plan, job_options(clock, workers)).run().ending == Ending::input_ended);
  CHECK(journal.entries() == Entries(workers, "seal 1"));
}

TEST_CASE("at the end of the input steps emit what is open, unless it is kept") {
  const bool finishes = GENERATE(true, false);
  Feed feed;
  feed.send(Value::integer(1));
  feed.end();
  Journal journal;
  PlanWriter writer;
  const auto step = writer.step(finishing(), {{{{writer.source(feed.node())}}}});
  writer.sink(noting_sink(journal), {{step}});
  ManualClock clock(start_of_test);
  JobOptions options = job_options(clock);
  options.finishes_at_end = finishes;
  Job(writer.plan, options).run();
  CHECK(journal.entries() == (finishes ? Entries{"1", "\"finished\"", "seal 1"} : Entries{"1", "seal 1"}));
}

TEST_CASE("while a job runs it says what it has done so far") {
  Feed feed;
  Journal journal;
  PlanWriter writer;
  writer.sink(noting_sink(journal), {{writer.source(feed.node())}});
  ManualClock clock(start_of_test);
  RunningJob running(writer.plan, job_options(clock));
  const auto records = [&] {
    running.job().rest();
    const auto so_far = running.job().so_far();
    REQUIRE(so_far);
    return std::pair(so_far->nodes.front().counts.records_in, so_far->nodes.back().counts.records_in);
  };
  CHECK(records() == std::pair(std::uint64_t{0}, std::uint64_t{0}));
  for (std::int64_t number = 0; number < 3; ++number) feed.send(Value::integer(number));
  CHECK(records() == std::pair(std::uint64_t{3}, std::uint64_t{3}));
  feed.end();
  running.wait();
  CHECK(!running.job().so_far());
}

TEST_CASE("a batch is shared by all that read an output, and nobody need read it") {
  Feed feed;
  for (std::int64_t number = 0; number < 3; ++number) feed.send(Value::integer(number));
  feed.end();
  Journal first;
  Journal second;
  PlanWriter writer;
  const auto source = writer.source(feed.node());
  const auto step = writer.step(passing(), {{{{source}}}});
  writer.step(passing(), {{{{step}}}});
  writer.sink(noting_sink(first), {{step}});
  writer.sink(noting_sink(second), {{step}});
  ManualClock clock(start_of_test);
  Job(writer.plan, job_options(clock)).run();
  CHECK(first.entries() == Entries{"0", "1", "2", "seal 1"});
  CHECK(second.entries() == first.entries());
}

TEST_CASE("rejected records are read from the output behind the ordinary ones and are counted") {
  Feed feed;
  for (std::int64_t number = 0; number < 4; ++number) feed.send(Value::integer(number));
  feed.end();
  Journal journal;
  PlanWriter writer;
  const auto rejecting = operator_node([](Context&) {
    Calls calls;
    calls.process = [](InputIndex, Batch& batch, Output& output) {
      for (const Batch::Row row : batch.rows()) output.reject(batch, row, RejectKind::assertion, "no");
      return Progress::done;
    };
    return calls;
  });
  const auto step = writer.step(rejecting, {{{{writer.source(feed.node())}}}});
  writer.plan.nodes[step].errors_read = true;
  const auto message = operator_node([](Context&) {
    Calls calls;
    calls.process = [](InputIndex, Batch& batch, Output& output) {
      for (const Batch::Row row : batch.rows()) batch.set_value(row, *find(batch.value(row), "value"));
      output.pass(std::move(batch));
      return Progress::done;
    };
    return calls;
  });
  const auto errors = writer.step(message, {{{{step, 1}}}});
  writer.sink(noting_sink(journal), {{errors}});
  ManualClock clock(start_of_test);
  const JobSummary summary = Job(writer.plan, job_options(clock)).run();
  CHECK(journal.entries() == Entries{"0", "1", "2", "3", "seal 1"});
  CHECK(summary.nodes[step].counts.rejected[static_cast<std::size_t>(RejectKind::assertion)] == 4);
}

TEST_CASE("the first error ends the job on all workers, and its writers abort") {
  const std::size_t workers = GENERATE(1u, 2u, 3u);
  Feed feed(3);  // never ends
  for (std::int64_t number = 0; number < 3000; ++number)
    feed.send(Value::integer(number), static_cast<std::size_t>(number % 3));
  Journal journal;
  PlanWriter writer;
  writer.plan.writers.push_back(noting_writer(journal));
  const auto step = writer.step(failing_at(1234), {{{{writer.source(feed.node())}}}});
  writer.sink(block_sink(0), {{step}});
  ManualClock clock(start_of_test);
  Job job(writer.plan, job_options(clock, workers));
  CHECK(failure_of([&] { job.run(); }) == "7: failed at 1234");
  CHECK(journal.entries().back() == "abort");
}

TEST_CASE("an exception that nobody foresaw is an internal error") {
  Feed feed;
  feed.send(Value::integer(1));
  PlanWriter writer;
  const auto throwing = operator_node([](Context&) {
    Calls calls;
    calls.process = [](InputIndex, Batch&, Output&) -> Progress { throw std::logic_error("a surprise"); };
    return calls;
  });
  writer.step(throwing, {{{{writer.source(feed.node())}}}});
  ManualClock clock(start_of_test);
  Job job(writer.plan, job_options(clock));
  CHECK(failure_of([&] { job.run(); }) == "1: internal error: a surprise");
}

TEST_CASE("nothing is written to where a source cannot be discovered or a writer fails its check") {
  Feed feed;
  Journal journal;
  PlanWriter writer;
  writer.plan.writers.push_back(noting_writer(journal));
  const auto source = writer.source(feed.node());
  writer.sink(block_sink(0), {{source}});
  ManualClock clock(start_of_test);

  SECTION("a source") {
    writer.source({[](Context&) -> std::unique_ptr<Source> { throw Failure(ExitCode::cannot_open, "no such file"); }});
    Job job(writer.plan, job_options(clock));
    CHECK(failure_of([&] { job.run(); }) == "6: no such file");
    CHECK(journal.entries().empty());
  }
  SECTION("a writer behind another") {
    writer.plan.writers.push_back(failing_check());
    writer.sink(block_sink(1), {{source}});
    Job job(writer.plan, job_options(clock));
    CHECK(failure_of([&] { job.run(); }) == "6: output is a directory");
    CHECK(journal.entries() == Entries{"check"});
  }
}

}  // namespace flowrun
