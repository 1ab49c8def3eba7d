#include <catch2/catch.hpp>

#include "operators/grouped.hpp"
#include "state/keyed_states.hpp"

using namespace flowrun;

namespace {

constexpr InputIndex orders = 0, users = 1;

using Sides = std::vector<std::pair<std::string, std::string>>;

OptionList join(const Sides& sides, std::string emit, std::string keep = "last") {
  return OptionList().with("sides", sides).with("emit", std::move(emit)).with("keep", std::move(keep));
}
OptionList of_two(std::string emit, std::string keep = "last") {
  return join({{"o", "orders"}, {"u", "users"}}, std::move(emit), std::move(keep)).with("by", program(".k"));
}
Duration seconds(int count) { return std::chrono::seconds(count); }

}  // namespace

TEST_CASE("a complete join emits once all sides are there, and forgets them") {
  const auto outcome = alone("join", of_two("complete"))
                           .send(R"({"k":1,"n":1})", orders)
                           .send(R"({"k":2,"n":2})", orders)
                           .send(R"({"k":1,"name":"a"})", users)
                           .send(R"({"k":1,"name":"b"})", users)
                           .send(R"({"k":1,"n":3})", orders)
                           .send(R"({"k":1,"n":4})", orders)
                           .finish()
                           .run();
  CHECK(outcome.values() ==
        Values{R"({"o":{"k":1,"n":1},"u":{"k":1,"name":"a"}})", R"({"o":{"k":1,"n":3},"u":{"k":1,"name":"b"}})"});
  CHECK(outcome.ports[0].keys == Values{R"("1")", R"("1")"});
}

TEST_CASE("complete keeps the last or the first value of a side that speaks again before the others do") {
  for (const auto& [keep, expected] : {std::pair("last", "2"), std::pair("first", "1")}) {
    const auto outcome = alone("join", of_two("complete", keep))
                             .send(R"({"k":1,"n":1})", orders)
                             .send(R"({"k":1,"n":2})", orders)
                             .send(R"({"k":1})", users)
                             .finish()
                             .run();
    CHECK(outcome.values() == Values{R"({"o":{"k":1,"n":)" + std::string(expected) + R"(},"u":{"k":1}})"});
  }
}

TEST_CASE("keep all gives every combination of the values of the sides") {
  const auto three = join({{"a", "x"}, {"b", "y"}, {"c", "z"}}, "complete", "all").with("by", program(".[0]"));
  const auto outcome = alone("join", three)
                           .send("[1,1]", 0)
                           .send("[1,2]", 0)
                           .send("[1,3]", 1)
                           .send("[1,4]", 1)
                           .send("[1,5]", 2)
                           .send("[1,6]", 2)
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{R"({"a":[1,1],"b":[1,3],"c":[1,5]})", R"({"a":[1,1],"b":[1,4],"c":[1,5]})",
                                   R"({"a":[1,2],"b":[1,3],"c":[1,5]})", R"({"a":[1,2],"b":[1,4],"c":[1,5]})"});
}

TEST_CASE("a side whose value is null has spoken") {
  const auto by_key = [](std::string emit) {
    return join({{"o", "orders"}, {"u", "users"}}, std::move(emit)).with("by", program("1"));
  };
  CHECK(alone("join", by_key("complete")).send("null", orders).send("2", users).finish().run().values() ==
        Values{R"({"o":null,"u":2})"});
  CHECK(alone("join", by_key("final")).send("null", orders).finish().run().values() ==
        Values{R"({"o":null,"u":null})"});
}

TEST_CASE("a running join emits the current row at every arrival") {
  const auto outcome = alone("join", of_two("running"))
                           .send(R"({"k":1,"n":1})", orders)
                           .send(R"({"k":1,"name":"a text beyond fourteen bytes"})", users)
                           .send(R"({"k":1,"n":2})", orders)
                           .send(R"({"k":2,"n":3})", orders)
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{R"({"o":{"k":1,"n":1},"u":null})",
                                   R"({"o":{"k":1,"n":1},"u":{"k":1,"name":"a text beyond fourteen bytes"}})",
                                   R"({"o":{"k":1,"n":2},"u":{"k":1,"name":"a text beyond fourteen bytes"}})",
                                   R"({"o":{"k":2,"n":3},"u":null})"});
}

TEST_CASE("a running join with on emits when that side arrives, with the latest of the others") {
  const auto outcome = alone("join", of_two("running").with("on", std::string("o")))
                           .send(R"({"k":1,"n":1})", orders)
                           .send(R"({"k":1,"name":"a"})", users)
                           .send(R"({"k":1,"n":2})", orders)
                           .send(R"({"k":1,"name":"b, a text beyond fourteen bytes"})", users)
                           .send(R"({"k":1,"n":3})", orders)
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{R"({"o":{"k":1,"n":1},"u":null})", R"({"o":{"k":1,"n":2},"u":{"k":1,"name":"a"}})",
                                   R"({"o":{"k":1,"n":3},"u":{"k":1,"name":"b, a text beyond fourteen bytes"}})"});
}

TEST_CASE("a running join that keeps the first, or all, emits these at every arrival") {
  const auto run = [](const std::string& keep) {
    return alone("join", of_two("running", keep))
        .send(R"({"k":1,"n":1})", orders)
        .send(R"({"k":1,"n":2})", orders)
        .send(R"({"k":1})", users)
        .finish()
        .run()
        .values();
  };
  const std::string one = R"({"o":{"k":1,"n":1},"u":null})", two = R"({"o":{"k":1,"n":2},"u":null})";
  CHECK(run("first") == Values{one, one, R"({"o":{"k":1,"n":1},"u":{"k":1}})"});
  CHECK(run("all") ==
        Values{one, one, two, R"({"o":{"k":1,"n":1},"u":{"k":1}})", R"({"o":{"k":1,"n":2},"u":{"k":1}})"});
}

TEST_CASE("a final join emits what is there at the end, in the order of the groups") {
  const auto outcome = alone("join", of_two("final"))
                           .send(R"({"k":"b","n":1})", orders)
                           .send(R"({"k":"a","n":2})", orders)
                           .send(R"({"k":"a","n":3})", orders)
                           .send(R"({"k":"a"})", users)
                           .send(R"({"k":[0]})", users)
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{R"({"o":{"k":"a","n":3},"u":{"k":"a"}})", R"({"o":{"k":"b","n":1},"u":null})",
                                   R"({"o":null,"u":{"k":[0]}})"});
  CHECK(outcome.ports[0].keys == Values{R"("a")", R"("b")", R"("[0]")"});
}

TEST_CASE("a final join that keeps all has a row for each combination, and null for a side that said nothing") {
  const auto outcome = alone("join", of_two("final", "all"))
                           .send(R"({"k":1,"n":1})", orders)
                           .send(R"({"k":1,"n":2})", orders)
                           .send(R"({"k":1})", users)
                           .send(R"({"k":2,"n":3})", orders)
                           .send(R"({"k":2,"n":4})", orders)
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{R"({"o":{"k":1,"n":1},"u":{"k":1}})", R"({"o":{"k":1,"n":2},"u":{"k":1}})",
                                   R"({"o":{"k":2,"n":3},"u":null})", R"({"o":{"k":2,"n":4},"u":null})"});
}

TEST_CASE("a null group matches nothing: a row of its own in running and final, and nothing in complete") {
  const auto run = [](OptionList options) {
    return alone("join", options)
        .send(R"({"k":null,"n":1})", orders)
        .send(R"({"n":2})", orders)
        .send(R"({"k":null})", users)
        .finish()
        .run()
        .values();
  };
  const Values alone_each = {R"({"o":{"k":null,"n":1},"u":null})", R"({"o":{"n":2},"u":null})",
                             R"({"o":null,"u":{"k":null}})"};
  for (const std::string keep : {"last", "first", "all"}) {
    CHECK(run(of_two("complete", keep)).empty());
    CHECK(run(of_two("running", keep)) == alone_each);
    CHECK(run(of_two("final", keep)) == alone_each);
  }
  CHECK(run(of_two("running").with("on", std::string("u"))) == Values{R"({"o":null,"u":{"k":null}})"});
}

TEST_CASE("many records with the group null stay in the order of their arrival") {
  auto harness = alone("join", of_two("final"));
  Values expected;
  for (int number = 0; number < 600; ++number) {
    harness.send("{\"n\":" + std::to_string(number) + "}", orders);
    expected.push_back("{\"o\":{\"n\":" + std::to_string(number) + "},\"u\":null}");
  }
  CHECK(harness.finish().run().values() == expected);
}

TEST_CASE("an array with a null in it is a group as any other") {
  const auto by = join({{"o", "orders"}, {"u", "users"}}, "complete").with("by", program("[.a, .b]"));
  CHECK(alone("join", by).send(R"({"a":1})", orders).send(R"({"a":1.0,"b":null})", users).finish().run().values() ==
        Values{R"({"o":{"a":1},"u":{"a":1.0,"b":null}})"});
}

TEST_CASE("each side may have an expression of its own, and groups match by value, whatever their kind") {
  auto options = join({{"o", "orders"}, {"u", "users"}}, "complete")
                     .with("by", FieldPrograms{{"u", program(".id")}, {"o", program(".user")}});
  const auto outcome = alone("join", options)
                           .in_any_order()
                           .send(R"({"user":1})", orders)
                           .send(R"({"user":"1"})", orders)
                           .send(R"({"user":true})", orders)
                           .send(R"({"user":[1,{"a":2}]})", orders)
                           .send(R"({"user":{"b":1,"a":2}})", orders)
                           .send(R"({"id":{"a":2,"b":1.0}})", users)
                           .send(R"({"id":[1.0,{"a":2}]})", users)
                           .send(R"({"id":true})", users)
                           .send(R"({"id":"1"})", users)
                           .send(R"({"id":1e0})", users)
                           .finish()
                           .run();
  CHECK(outcome.values().size() == 5);
  CHECK(in_order(outcome.values()).front() == R"({"o":{"user":"1"},"u":{"id":"1"}})");
}

TEST_CASE("without by all records match") {
  const auto outcome = alone("join", join({{"a", "x"}, {"b", "y"}}, "running", "all"))
                           .send("1", 0)
                           .send("2", 0)
                           .send("3", 1)
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{R"({"a":1,"b":null})", R"({"a":1,"b":null})", R"({"a":2,"b":null})",
                                   R"({"a":1,"b":3})", R"({"a":2,"b":3})"});
  CHECK(outcome.ports[0].keys == Values(5, "null"));
}

TEST_CASE("the time of a row is that of the latest of its sides") {
  const auto outcome = alone("join", of_two("running", "all"))
                           .send(timed(5, R"({"k":1})"), orders)
                           .send(timed(9, R"({"k":1})"), orders)
                           .send(timed(7, R"({"k":1})"), users)
                           .send(R"({"k":2})", users)
                           .finish()
                           .run();
  CHECK(outcome.ports[0].times == std::vector<Time>{at(5), at(5), at(9), at(7), at(9), no_time});
}

TEST_CASE("a record that is rejected leaves no trace") {
  const auto by = join({{"o", "orders"}, {"u", "users"}}, "final").with("by", program(".k[]"));
  const auto outcome = alone("join", by)
                           .in_any_order()
                           .send(R"({"k":[1,2]})", orders)
                           .send(R"({"k":[]})", users)
                           .send(R"({"k":1})", users)
                           .send(R"({"k":[1]})", users)
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{R"({"o":null,"u":{"k":[1]}})"});
  CHECK(outcome.errors().size() == 3);
}

TEST_CASE("a group is forgotten when the watermark is that far beyond its latest record, of whatever side") {
  const auto outcome = alone("join", of_two("running").with("on", std::string("o")).with("forget", seconds(10)))
                           .runs_on(ClockKind::event)
                           .send(timed(100, R"({"k":1})"), users)
                           .watermark(at(109))
                           .send(timed(109, R"({"k":1,"n":1})"), orders)
                           .watermark(at(118))
                           .send(timed(110, R"({"k":1,"n":2})"), orders)
                           .watermark(at(120))
                           .send(timed(121, R"({"k":1,"n":3})"), orders)
                           .send(R"({"k":1,"n":4})", orders)
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{R"({"o":{"k":1,"n":1},"u":{"k":1}})", R"({"o":{"k":1,"n":2},"u":{"k":1}})",
                                   R"({"o":{"k":1,"n":3},"u":null})"});
  CHECK(field_of(outcome.errors(), "message") == Values{R"("the record has no event time, which this step goes by")"});
}

TEST_CASE("a complete join forgets half a row, and begins anew") {
  const auto outcome = alone("join", of_two("complete").with("forget", seconds(10)))
                           .send(R"({"k":1,"n":1})", orders)
                           .wall_clock(wall(10))
                           .send(R"({"k":1,"name":"a"})", users)
                           .wall_clock(wall(19))
                           .send(R"({"k":1,"n":2})", orders)
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{R"({"o":{"k":1,"n":2},"u":{"k":1,"name":"a"}})"});
}

TEST_CASE("groups that are complete or forgotten leave nothing behind") {
  const OperatorPlan plan = planned("join", join({{"o", "orders"}, {"u", "users"}}, "complete", "all")
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
  const auto step = grouped(plan)(context);
  constexpr std::size_t before = 16 * 16;  // the smallest table of groups, of the two states
  const auto send = [&](InputIndex side) {
    Batch batch;
    for (int number = 0; number < 1000; ++number) batch.append(Value::integer(number));
    while (step->process(side, batch, output) == Progress::more) output.take(0);
    output.take(0);
  };
  for (int round = 0; round < 5; ++round) {
    send(orders);
    CHECK(states.groups() == 500);
    CHECK(states.system_timers().size() == 500);
    send(users);  // each group is complete at its first, and waits again from its second on
    CHECK(states.groups() == 500);
    clock.advance(seconds(10));
    CHECK(step->advance(ClockKind::system, clock.now(), output) == Progress::done);
    CHECK(states.groups() == 0);
    CHECK(states.system_timers().size() == 0);
    CHECK(states.bytes() == before);
  }
}

TEST_CASE("a join says what is wrong with its options") {
  const Sides two = {{"o", "orders"}, {"u", "users"}};
  CHECK(faults_of("join", join({{"o", "orders"}}, "complete")) ==
        Values{"sides: a join has two sides or more, found one"});
  CHECK(faults_of("join", join(two, "running").with("on", std::string("x"))) ==
        Values{"on: `on` is `x`, which is no side, expected `o` or `u`"});
  CHECK(faults_of("join", join(two, "final").with("on", std::string("o"))) ==
        Values{"on: `on` says whose arrival emits the current rows, which only `emit: running` does"});
  CHECK(
      faults_of("join", join(two, "final").with("by", FieldPrograms{{"o", program(".a")}, {"users", program(".b")}})) ==
      Values{"by.users: `users` is no side, expected `o` or `u`"});
  CHECK(faults_of("join", join(two, "final").with("by", FieldPrograms{{"o", program(".a")}})) ==
        Values{"by: `by` says nothing of the side `u`"});
}
