#include <catch2/catch.hpp>

#include "operators/aggregate/aggregating.hpp"
#include "operators/sharded.hpp"
#include "state/keyed_states.hpp"

using namespace flowrun;

TEST_CASE("changes are emitted once per group and batch, with the latest value, and final at the end") {
  const auto outcome =
      OperatorHarness(
          sharded(planned("aggregate", emitting(std::string("changes"), program(".k"), calls({{"n", "count", {}}}))),
                  1))
          .only_batched()
          .send(R"({"k":"b"})")
          .mark()
          .send(R"({"k":"a"})")
          .mark()
          .send(R"({"k":"b"})")
          .finish()
          .run();
  CHECK(outcome.values() == Values{R"({"key":"b","n":1,"final":false})", R"({"key":"a","n":1,"final":false})",
                                   R"({"key":"b","n":2,"final":false})", R"({"key":"a","n":1,"final":true})",
                                   R"({"key":"b","n":2,"final":true})"});
}

TEST_CASE("a group that changes often in a batch is emitted once for it") {
  const OperatorPlan plan =
      planned("aggregate", emitting(std::string("changes"), program("."), calls({{"n", "count", {}}})));
  // One worker's own operators, without the exchange of the others' tests, which cuts batches.
  Batch batch;
  for (const int group : {1, 2, 1, 1}) batch.append(Value::integer(group));
  ManualClock clock(wall(0));
  expr::Machine machine;
  state::KeyedStates state;
  Context context;
  context.clock = &clock;
  context.machine = &machine;
  context.state = &state;
  Output sent({.step = "sent"}), output({.step = "output"});
  const auto sender = plan.make_before_exchange(context), receiver = plan.make(context);
  REQUIRE(sender->process(0, batch, sent) == Progress::done);
  std::vector<Batch> batches = sent.take(0);
  REQUIRE(receiver->process(0, batches.front(), output) == Progress::done);
  output.finish_building();
  CHECK(output.take(0).front().size() == 2);
}

TEST_CASE("a changed group is emitted some time after its first change since it was emitted") {
  for (const std::size_t workers : shards) {
    const auto outcome =
        harness(emitting(every(std::chrono::seconds(10)), program("."), calls({{"n", "count", {}}})), workers)
            .send("1")
            .wall_clock(wall(5))
            .send("1")
            .send("2")
            .wall_clock(wall(9))
            .wall_clock(wall(10))  // group 1
            .send("1")
            .wall_clock(wall(15))  // group 2
            .wall_clock(wall(19))
            .wall_clock(wall(40))  // group 1 again, once
            .wall_clock(wall(80))
            .finish()
            .run();
    Values values = outcome.values();
    REQUIRE(values.size() == 5);
    std::sort(values.begin() + 3, values.end());
    CHECK(values == Values{R"({"key":1,"n":2,"final":false})", R"({"key":2,"n":1,"final":false})",
                           R"({"key":1,"n":3,"final":false})", R"({"key":1,"n":3,"final":true})",
                           R"({"key":2,"n":1,"final":true})"});
  }
}
