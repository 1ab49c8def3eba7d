#include <catch2/catch.hpp>
#include <map>

#include "fakes.hpp"
#include "running_job.hpp"
#include "state/encoding.hpp"
#include "state/memory_store.hpp"
#include "state/typed_state.hpp"

namespace flowrun {
namespace {

const Time start_of_test{std::chrono::seconds(1000)};

using Entries = std::vector<std::string>;

struct Count {
  std::int64_t records = 0;

  void encode(std::string& out) const { state::put(records, out); }
  bool decode(std::string_view bytes) {
    state::Reader reader(bytes);
    records = reader.take<std::int64_t>();
    return reader.complete();
  }
  void merge(Count&& later) { records += later.records; }
};

// Gives "VALUE is number COUNT of its group" for each record.
Plan::OperatorNode counting() {
  return operator_node([](Context& context) {
    auto counts = std::make_shared<state::TypedState<Count>>(*context.state, "counts");
    Calls calls;
    calls.process = [counts](InputIndex, Batch& batch, Output& output) {
      for (const Batch::Row row : batch.rows()) {
        const std::int64_t number = ++counts->change(batch.group(row)).records;
        Batch& out = output.building();
        out.append(Value::text(to_json(batch.value(row)) + " is number " + std::to_string(number), out.arena()));
      }
      return Progress::done;
    };
    return calls;
  });
}

struct Fixture {
  Feed feed{3};
  Journal journal;
  state::MemoryStore store;
  ManualClock clock{start_of_test};
  PlanWriter writer;

  Fixture() {
    const auto source = writer.source(feed.node());
    const auto group = writer.step(grouping(), {{{{source}}}});
    const auto count = writer.step(counting(), {{{{group, 0, Exchange::by_group}}}});
    writer.sink(noting_sink(journal), {{count}});
  }
  JobOptions options(std::size_t workers) {
    JobOptions options = job_options(clock, workers);
    options.store = &store;
    return options;
  }
};

}  // namespace

TEST_CASE("a job goes on from its latest epoch, with positions and state, on any number of workers") {
  const std::size_t before = GENERATE(1u, 2u, 4u), after = GENERATE(1u, 3u);
  Fixture fixture;
  {
    RunningJob running(fixture.writer.plan, fixture.options(before));
    for (std::int64_t number = 0; number < 30; ++number)
      fixture.feed.send(Value::integer(number % 10), static_cast<std::size_t>(number % 3));
    running.job().rest();
    running.job().stop();
    CHECK(running.wait().epochs == 1);
  }
  REQUIRE(fixture.store.latest() != nullptr);
  CHECK(fixture.store.latest()->epoch == 1);
  std::map<std::int32_t, std::string> positions;
  for (const state::PartitionNote& note : fixture.store.latest()->partitions) positions[note.number] = note.position;
  CHECK(positions == std::map<std::int32_t, std::string>{{0, "10"}, {1, "10"}, {2, "10"}});

  Journal journal;
  Fixture* const same = &fixture;
  PlanWriter writer;
  const auto source = writer.source(same->feed.node());
  const auto group = writer.step(grouping(), {{{{source}}}});
  writer.sink(noting_sink(journal), {{writer.step(counting(), {{{{group, 0, Exchange::by_group}}}})}});
  RunningJob running(writer.plan, fixture.options(after));
  for (std::int64_t number = 0; number < 10; ++number) fixture.feed.send(Value::integer(number), 1);
  fixture.feed.end();
  CHECK(running.wait().epochs == 1);
  Entries expected(after, "seal 2");
  for (int number = 0; number < 10; ++number) expected.push_back("\"" + std::to_string(number) + " is number 4\"");
  std::sort(expected.begin(), expected.end());
  CHECK(journal.sorted() == expected);
  CHECK(fixture.feed.resumed() == Entries{"10", "10", "10"});
}

TEST_CASE(
    "a partition of the latest epoch that is gone is an error, unless it had been read to its end or is given up") {
  Fixture fixture;
  {
    RunningJob running(fixture.writer.plan, fixture.options(1));
    running.job().rest();
    running.job().stop();
    running.wait();
  }
  Feed fewer(1);
  Journal journal;
  PlanWriter writer;
  writer.sink(noting_sink(journal), {{writer.source(fewer.node())}});
  JobOptions options = fixture.options(1);
  CHECK(failure_of([&] { Job(writer.plan, options).run(); }) ==
        "10: 'feed', which " + writer.plan.nodes[0].name +
            " was reading, is not there any more, and 1 more\nhint: `--ignore-missing-partitions` goes on without what "
            "is missing");
  options.ignores_missing_partitions = true;
  fewer.end();
  CHECK(Job(writer.plan, options).run().ending == Ending::input_ended);
}

TEST_CASE("epoch 0 holds the positions before the first record, and is stored once") {
  Fixture fixture;
  RunningJob running(fixture.writer.plan, fixture.options(2));
  running.job().rest();
  REQUIRE(fixture.store.latest() != nullptr);
  CHECK(fixture.store.latest()->epoch == 0);
  CHECK(fixture.store.latest()->partitions.size() == 3);
  CHECK(fixture.store.latest()->partitions[0].position == "0");
}

TEST_CASE("a flow that has changed is refused before anything is touched, unless what does not fit is forgotten") {
  Fixture fixture;
  fixture.writer.plan.fingerprints = {{"count", "count by .user"}};
  {
    RunningJob running(fixture.writer.plan, fixture.options(1));
    running.job().rest();
    running.job().stop();
    running.wait();
  }
  const auto run = [&](const Discarding& discarding) {
    JobOptions options = fixture.options(1);
    options.discarding = discarding;
    return failure_of([&] {
      RunningJob running(fixture.writer.plan, options);
      running.job().stop();
      running.wait();
    });
  };
  const std::string hint =
      "\nhint: bring the step back as it was; or `--discard-state count` begins it anew, and `--ignore-state` every "
      "step "
      "that does not fit";
  fixture.writer.plan.fingerprints = {{"count", "count by .name"}};
  CHECK(
      run({}) ==
      "10: the state of step `count` in the recovery directory is that of another step\nit was  count by .user\nit is  "
      " count by .name" +
          hint);
  fixture.writer.plan.fingerprints = {};
  CHECK(run({}) ==
        "10: the recovery directory has state of step `count`, which the flow does not have any more" + hint);
  CHECK(run({{"counts"}, false}) ==
        "2: --discard-state counts: the recovery directory has no state of that step\nhint: it has that of count");
  CHECK(run({{"count"}, false}) == "");
  fixture.writer.plan.fingerprints = {{"count", "count by .user"}};
  CHECK(run({{}, true}) == "");
}

}  // namespace flowrun
