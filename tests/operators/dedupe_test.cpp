#include <catch2/catch.hpp>

#include "operators/grouped.hpp"
#include "state/keyed_states.hpp"

using namespace flowrun;

namespace {

OptionList by(std::string_view expression) { return OptionList().with("by", program(expression)); }
OptionList by(std::string_view expression, int forget) {
  return by(expression).with("forget", Duration(std::chrono::seconds(forget)));
}

}  // namespace

TEST_CASE("dedupe keeps the first record of each id") {
  for (const std::size_t workers : {1, 2, 4}) {
    const auto outcome = OperatorHarness(sharded(planned("dedupe", by(".id")), workers))
                             .in_any_order()
                             .send(R"({"id":1,"n":1})")
                             .send(R"({"id":2,"n":2})")
                             .send(R"({"id":1,"n":3})")
                             .send(R"({"id":"a longer id than fits","n":4})")
                             .send(R"({"id":"a longer id than fits","n":5})")
                             .finish()
                             .run();
    CHECK(in_order(outcome.values()) ==
          Values{R"({"id":"a longer id than fits","n":4})", R"({"id":1,"n":1})", R"({"id":2,"n":2})"});
  }
}

TEST_CASE("dedupe takes 1 and 1.0 for the same, 1 and \"1\" not, and null and a missing field for a group") {
  const auto outcome = alone("dedupe", by(".k"))
                           .send(R"({"k":1})")
                           .send(R"({"k":1.0})")
                           .send(R"({"k":"1"})")
                           .send(R"({"k":null})")
                           .send(R"({})")
                           .send(R"({"k":false})")
                           .send(R"({"k":[1]})")
                           .send(R"({"k":[1.0]})")
                           .send(R"({"k":{"a":1,"b":2}})")
                           .send(R"({"k":{"b":2,"a":1}})")
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{R"({"k":1})", R"({"k":"1"})", R"({"k":null})", R"({"k":false})", R"({"k":[1]})",
                                   R"({"k":{"a":1,"b":2}})"});
}

TEST_CASE("dedupe without by lets one record through") {
  const auto outcome = alone("dedupe", OptionList()).send("1").send("2").finish().run();
  CHECK(outcome.values() == Values{"1"});
}

TEST_CASE("dedupe hands on a record as it came: with its key and event time") {
  const auto outcome = alone("dedupe", by(".id")).send(TestRecord{R"({"id":1})", R"("k")", at(5)}).finish().run();
  CHECK(outcome.ports[0].keys == Values{R"("k")"});
  CHECK(outcome.ports[0].times == std::vector<Time>{at(5)});
}

TEST_CASE("dedupe lets a group through again when the watermark has come forget beyond the record that was") {
  const auto outcome = alone("dedupe", by(".id", 10))
                           .runs_on(ClockKind::event)
                           .send(timed(100, R"({"id":1,"n":1})"))
                           .send(timed(109, R"({"id":1,"n":2})"))
                           .watermark(at(109))
                           .send(timed(109, R"({"id":1,"n":3})"))
                           .watermark(at(110))
                           .send(timed(105, R"({"id":1,"n":4})"))
                           .send(timed(112, R"({"id":1,"n":5})"))
                           .watermark(at(115))
                           .send(timed(116, R"({"id":1,"n":6})"))
                           .finish()
                           .run();
  CHECK(field_of(outcome.values(), "n") == Values{"1", "4", "6"});
}

TEST_CASE("dedupe goes by the wall clock where there is no event time") {
  const auto outcome = alone("dedupe", by(".id", 10))
                           .send(R"({"id":1,"n":1})")
                           .wall_clock(wall(9))
                           .send(R"({"id":1,"n":2})")
                           .wall_clock(wall(10))
                           .send(R"({"id":1,"n":3})")
                           .wall_clock(wall(19))
                           .send(R"({"id":1,"n":4})")
                           .finish()
                           .run();
  CHECK(field_of(outcome.values(), "n") == Values{"1", "3"});
}

TEST_CASE("dedupe rejects a record without event time where it goes by that, and one without exactly one group") {
  const auto outcome = alone("dedupe", by(".ids[]", 10))
                           .runs_on(ClockKind::event)
                           .in_any_order()
                           .send(R"({"ids":[1]})")
                           .send(timed(1, R"({"ids":[1,2]})"))
                           .send(timed(1, R"({"ids":[]})"))
                           .send(timed(1, R"({"ids":[1]})"))
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{R"({"ids":[1]})"});
  CHECK(in_order(field_of(outcome.errors(), "kind")) == Values{R"("expression")", R"("expression")", R"("time")"});
  CHECK(in_order(field_of(outcome.errors(), "message")) ==
        Values{R"("the expression has no output, one was expected")",
               R"("the expression has several outputs, one was expected")",
               R"("the record has no event time, which this step goes by")"});
}

TEST_CASE("groups that dedupe has forgotten leave nothing behind") {
  const OperatorPlan plan = planned("dedupe", by(".", 10));
  ManualClock clock(at(0));
  expr::Machine machine;
  state::KeyedStates states;
  Context context;
  context.clock = &clock;
  context.machine = &machine;
  context.state = &states;
  context.step_clock = ClockKind::event;
  Output output({.step = "tested"});
  const auto sender = plan.make_before_exchange(context);
  const auto dedupe = plan.make(context);
  constexpr std::size_t before = 16 * 16;  // the smallest table of groups
  for (int round = 0; round < 20; ++round) {
    Batch batch;
    for (int row = 0; row < 1000; ++row) {
      batch.append(Value::integer(round * 1000 + row));
      batch.set_time(static_cast<Batch::Row>(row), at(round));
    }
    REQUIRE(sender->process(0, batch, output) == Progress::done);
    for (Batch& grouped : output.take(0)) REQUIRE(dedupe->process(0, grouped, output) == Progress::done);
    output.take(0);
  }
  CHECK(states.groups() == 20000);
  CHECK(dedupe->advance(ClockKind::event, at(28), output) == Progress::done);
  CHECK(states.groups() == 1000);
  CHECK(dedupe->advance(ClockKind::event, at(29), output) == Progress::done);
  CHECK(states.groups() == 0);
  CHECK(states.event_timers().size() == 0);
  CHECK(states.bytes() == before);
}
