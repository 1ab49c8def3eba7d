#include <catch2/catch.hpp>

#include "operators/grouped.hpp"
#include "state/keyed_states.hpp"

using namespace flowrun;

namespace {

OptionList with_state(std::string_view state) { return OptionList().with("state", program(state, {"state"})); }
OptionList with_state(std::string_view state, std::string_view output) {
  return with_state(state).with("output", program(output, {"state", "prev"}));
}
Duration seconds(int count) { return std::chrono::seconds(count); }

}  // namespace

TEST_CASE("stateful_map gives the new state of the group of each record") {
  for (const std::size_t workers : {1, 2, 4}) {
    const auto outcome =
        OperatorHarness(sharded(planned("stateful_map", with_state("$state + .n").with("by", program(".k"))), workers))
            .in_any_order()
            .send(R"({"k":"a","n":1})")
            .send(R"({"k":"b","n":10})")
            .send(R"({"k":"a","n":2})")
            .send(R"({"k":"a","n":3})")
            .finish()
            .run();
    CHECK(in_order(outcome.values()) == Values{"1", "10", "3", "6"});
  }
}

TEST_CASE("each output of stateful_map is a record with the time of its record and the group as key") {
  const auto outcome =
      alone("stateful_map", with_state("($state // []) + [.]", "$state, $prev, .").with("by", program(".%2")))
          .send(timed(1, "1"))
          .send(TestRecord{"3", R"("own")", at(2)})
          .finish()
          .run();
  CHECK(outcome.values() == Values{"[1]", "null", "1", "[1,3]", "[1]", "3"});
  CHECK(outcome.ports[0].keys == Values(6, R"("1")"));
  CHECK(outcome.ports[0].times == std::vector<Time>{at(1), at(1), at(1), at(2), at(2), at(2)});
}

TEST_CASE("the outputs of stateful_map may be parts of the old state, which the new one replaces") {
  const auto outcome =
      alone("stateful_map", with_state("{text: .text, before: $state.text}", "$prev, $state.before, $prev.text"))
          .send(R"({"text":"a text beyond fourteen bytes"})")
          .send(R"({"text":"another text beyond fourteen bytes"})")
          .send(R"({"text":"x"})")
          .finish()
          .run();
  CHECK(outcome.values() ==
        Values{"null", "null", "null", R"({"text":"a text beyond fourteen bytes","before":null})",
               R"("a text beyond fourteen bytes")", R"("a text beyond fourteen bytes")",
               R"({"text":"another text beyond fourteen bytes","before":"a text beyond fourteen bytes"})",
               R"("another text beyond fourteen bytes")", R"("another text beyond fourteen bytes")"});
}

TEST_CASE("a record may have no output, or many") {
  const auto outcome = alone("stateful_map", with_state(".", "select(. != $prev) | range(.)"))
                           .send("2")
                           .send("2")
                           .send("1")
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{"0", "1", "0"});
}

TEST_CASE("null discards the state of a group, which begins with init again") {
  const auto outcome =
      alone("stateful_map", with_state("if . == 0 then null else $state + . end").with("init", program("100")))
          .send("1")
          .send("2")
          .send("0")
          .send("3")
          .finish()
          .run();
  CHECK(outcome.values() == Values{"101", "103", "null", "103"});
}

TEST_CASE("a record that is rejected by state or output leaves no trace") {
  const auto outcome =
      alone("stateful_map", with_state("$state + .n", "$state, (if .bad then error(\"no\") else empty end)"))
          .in_any_order()
          .send(R"({"n":1})")
          .send(R"({"n":10,"bad":true})")
          .send(R"({"n":"x"})")
          .send(R"({"n":2})")
          .finish()
          .run();
  CHECK(outcome.values() == Values{"1", "3"});
  CHECK(field_of(outcome.errors(), "message") ==
        Values{R"("output: no")", R"("state: number (1) and string (\"x\") cannot be added")"});
}

TEST_CASE("state has exactly one output, else the record is rejected") {
  const auto outcome =
      alone("stateful_map", with_state(".[]")).in_any_order().send("[]").send("[1,2]").send("[3]").finish().run();
  CHECK(outcome.values() == Values{"3"});
  CHECK(field_of(outcome.errors(), "message") ==
        Values{R"("state: the expression has no output, one was expected")",
               R"("state: the expression has several outputs, one was expected")"});
}

TEST_CASE("where init fails every record is rejected") {
  const auto outcome =
      alone("stateful_map", with_state("$state").with("init", program("error(\"none\")"))).send("1").finish().run();
  CHECK(field_of(outcome.errors(), "message") == Values{R"("init: none")"});
}

TEST_CASE("a group is dropped when the watermark is forget beyond its latest record") {
  const auto outcome = alone("stateful_map", with_state("$state + 1").with("forget", seconds(10)))
                           .runs_on(ClockKind::event)
                           .send(timed(100, "0"))
                           .send(timed(95, "0"))
                           .watermark(at(109))
                           .send(timed(104, "0"))
                           .watermark(at(113))
                           .send(timed(100, "0"))
                           .watermark(at(114))
                           .send(timed(114, "0"))
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{"1", "2", "3", "4", "1"});
}

TEST_CASE("a record that comes when its group would be dropped already finds and leaves no state") {
  const auto outcome = alone("stateful_map", with_state("$state + 1").with("forget", seconds(10)))
                           .runs_on(ClockKind::event)
                           .watermark(at(200))
                           .send(timed(100, "0"))
                           .send(timed(100, "0"))
                           .send(timed(191, "0"))
                           .send(timed(100, "0"))
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{"1", "1", "1", "2"});
}

TEST_CASE("by the wall clock a group is dropped when nothing came for that long") {
  const auto outcome = alone("stateful_map", with_state("$state + 1").with("forget", seconds(10)))
                           .send("0")
                           .wall_clock(wall(9))
                           .send("0")
                           .wall_clock(wall(18))
                           .send("0")
                           .wall_clock(wall(28))
                           .send("0")
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{"1", "2", "3", "1"});
}

TEST_CASE("groups that are discarded or forgotten leave nothing behind, no timers either") {
  const OperatorPlan plan =
      planned("stateful_map", with_state("if . < 500 then null else [., \"a text beyond fourteen bytes\"] end", "empty")
                                  .with("by", program(". % 500"))
                                  .with("forget", seconds(10)));
  ManualClock clock(at(0));
  expr::Machine machine;
  state::KeyedStates states;
  Context context;
  context.clock = &clock;
  context.machine = &machine;
  context.state = &states;
  Output output({.step = "tested"});
  const auto sender = plan.make_before_exchange(context);
  const auto map = plan.make(context);
  constexpr std::size_t before = 16 * 16;  // the smallest table of groups
  const auto send = [&](int from, int to) {
    Batch batch;
    for (int number = from; number < to; ++number) batch.append(Value::integer(number));
    REQUIRE(sender->process(0, batch, output) == Progress::done);
    for (Batch& grouped : output.take(0)) REQUIRE(map->process(0, grouped, output) == Progress::done);
  };
  for (int round = 0; round < 20; ++round) {
    send(500, 1000);
    CHECK(states.groups() == 500);
    CHECK(states.system_timers().size() == 500);
    send(0, 500);
    CHECK(states.groups() == 0);
    CHECK(states.system_timers().size() == 0);
    CHECK(states.bytes() == before);
  }
  send(500, 1000);
  clock.advance(seconds(5));
  send(500, 700);
  clock.advance(seconds(5));
  CHECK(map->advance(ClockKind::system, clock.now(), output) == Progress::done);
  CHECK(states.groups() == 200);
  CHECK(map->next_timer() == at(15));
  clock.advance(seconds(5));
  CHECK(map->advance(ClockKind::system, clock.now(), output) == Progress::done);
  CHECK(states.groups() == 0);
  CHECK(states.bytes() == before);
}
