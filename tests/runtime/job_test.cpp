#include "runtime/job.hpp"

#include <catch2/catch.hpp>

#include "base/failure.hpp"
#include "fakes.hpp"

namespace flowrun {
namespace {

const Time start_of_test{std::chrono::seconds(1000)};

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

  std::vector<std::string> expected(workers, "seal 1");
  for (int number = 0; number < 5000; ++number) expected.push_back(std::to_string(number));
  std::sort(expected.begin(), expected.end());
  CHECK(journal.sorted() == expected);
  CHECK(summary.ending == Ending::input_ended);
  CHECK(summary.epochs == 1);
  REQUIRE(summary.nodes.size() == 4);
  for (const JobSummary::Node& node : summary.nodes) CHECK(node.counts.records_in == 5000);
}

}  // namespace flowrun
