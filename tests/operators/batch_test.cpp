#include <catch2/catch.hpp>

#include "operators/grouped.hpp"
#include "state/keyed_states.hpp"

using namespace flowrun;

namespace {

OptionList size(int size) { return OptionList().with("size", std::int64_t{size}); }
OptionList wait(int seconds) { return OptionList().with("wait", Duration(std::chrono::seconds(seconds))); }
OperatorHarness ungrouped(const Options& options) { return harness_of(planned("batch", options)); }

}  // namespace

TEST_CASE("batch makes arrays of its size, and of the rest at the end") {
  const auto outcome =
      ungrouped(size(2)).send("1").send(R"("a text beyond fourteen bytes")").send(R"({"a":[3]})").finish().run();
  CHECK(outcome.values() == Values{R"([1,"a text beyond fourteen bytes"])", R"([{"a":[3]}])"});
  CHECK(outcome.ports[0].keys == Values{"null", "null"});
}

TEST_CASE("batch of one record makes an array of each") {
  CHECK(ungrouped(size(1).with("wait", Duration(1))).send("1").send("2").finish().run().values() ==
        Values{"[1]", "[2]"});
}

TEST_CASE("the time of a batch is that of its latest record") {
  const auto outcome =
      ungrouped(size(2)).send(timed(5, "1")).send(timed(3, "2")).send(timed(4, "3")).send("4").send("5").finish().run();
  CHECK(outcome.ports[0].times == std::vector<Time>{at(5), at(4), no_time});
}

TEST_CASE("batch gathers the records of a group, which is its key") {
  for (const std::size_t workers : {1, 2, 4}) {
    const auto outcome = OperatorHarness(sharded(planned("batch", size(2).with("by", program(".k"))), workers))
                             .in_any_order()
                             .send(R"({"k":"a","n":1})")
                             .send(R"({"k":"b","n":2})")
                             .send(R"({"k":"a","n":3})")
                             .send(R"({"k":"a","n":4})")
                             .send(R"({"n":5})")
                             .finish()
                             .run();
    CHECK(in_order(outcome.values()) == Values{R"([{"k":"a","n":1},{"k":"a","n":3}])", R"([{"k":"a","n":4}])",
                                               R"([{"k":"b","n":2}])", R"([{"n":5}])"});
    CHECK(in_order(outcome.ports[0].keys) == Values{R"("a")", R"("a")", R"("b")", "null"});
  }
}

TEST_CASE("what is left at the end comes in the order of the groups") {
  const auto outcome =
      alone("batch", size(9).with("by", program("."))).send("2").send(R"("x")").send("null").send("1").finish().run();
  CHECK(outcome.values() == Values{"[null]", "[1]", "[2]", R"(["x"])"});
}

TEST_CASE("the first record of a batch waits no longer than wait, by the wall clock") {
  const auto outcome = ungrouped(wait(10))
                           .send("1")
                           .wall_clock(wall(9))
                           .send("2")
                           .wall_clock(wall(10))
                           .send("3")
                           .wall_clock(wall(19))
                           .send("4")
                           .wall_clock(wall(20))
                           .send("5")
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{"[1,2]", "[3,4]", "[5]"});
}

TEST_CASE("a batch that became full waits no more, and the next waits from its own first record on") {
  const auto outcome = ungrouped(size(2).with("wait", Duration(std::chrono::seconds(10))))
                           .send("1")
                           .wall_clock(wall(5))
                           .send("2")
                           .send("3")
                           .wall_clock(wall(10))
                           .send("4")
                           .send("5")
                           .wall_clock(wall(19))
                           .wall_clock(wall(20))
                           .send("6")
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{"[1,2]", "[3,4]", "[5]", "[6]"});
}

TEST_CASE("batch needs a size or a wait") {
  CHECK(faults_of("batch", OptionList()) ==
        Values{": the options of `batch` have neither `size` nor `wait`, of which one is required"});
}

TEST_CASE("batches of several workers go on with those that are there after a restart") {
  const OperatorPlan plan = planned("batch", size(3));
  ManualClock clock(at(0));
  Context context;
  context.clock = &clock;
  Output output({.step = "tested"});
  std::vector<std::pair<std::string, std::string>> stored;
  for (std::size_t worker = 0; worker < 2; ++worker) {
    state::KeyedStates states;
    states.track_changes();
    context.worker = worker;
    context.state = &states;
    const auto batch_step = plan.make(context);
    Batch batch;
    for (int row = 0; row < 2; ++row) batch.append(Value::integer(static_cast<int>(worker) * 10 + row));
    REQUIRE(batch_step->process(0, batch, output) == Progress::done);
    states.take_changes([&](const std::string&, const state::Change& change) {
      CHECK(change.hash == worker);
      stored.emplace_back(change.group, change.state);
    });
  }
  state::KeyedStates states;
  context.worker = 0;
  context.state = &states;
  const auto batch_step = plan.make(context);
  for (std::size_t worker = 0; worker < 2; ++worker)
    REQUIRE(states.restore("groups", {stored[worker].first, worker}, stored[worker].second).ok());
  batch_step->restored(at(0));
  CHECK(batch_step->next_timer() <= clock.now());
  CHECK(batch_step->advance(ClockKind::system, clock.now(), output) == Progress::done);
  output.finish_building();
  std::vector<std::size_t> sizes;
  for (const Batch& batch : output.take(0))
    for (const Batch::Row row : batch.rows()) sizes.push_back(batch.value(row).size());
  CHECK(sizes == std::vector<std::size_t>{3, 1});
  CHECK(states.groups() == 0);
}
