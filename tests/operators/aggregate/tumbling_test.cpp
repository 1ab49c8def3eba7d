#include <catch2/catch.hpp>

#include "operators/aggregate/window_results.hpp"

using namespace flowrun;

namespace {

const WindowText ten_seconds = {{"tumbling", 10}};

}  // namespace

TEST_CASE("a window takes its start and not its end, and is emitted when the watermark reaches its end") {
  for (const std::size_t workers : shards) {
    const auto outcome = windows(counts(ten_seconds), workers)
                             .send(record("1", 0))
                             .send(record("1", 9))
                             .send(record("1", 10))
                             .watermark(at(9))
                             .send(record("1", 9))
                             .watermark(at(10))
                             .send(record("2", 19))
                             .watermark(at(20))
                             .finish()
                             .run();
    CHECK(sorted(outcome.values()) == sorted({count("1", 0, 10, 3), count("1", 10, 20, 1), count("2", 10, 20, 1)}));
    CHECK(outcome.values(1).empty());
  }
}

TEST_CASE("results of one closing go out by end and group, with the time just before the end and the group as key") {
  const auto outcome = windows(counts(ten_seconds), 1)
                           .send(record(R"("b")", 12))
                           .send(record("7", 3))
                           .send(record(R"("a")", 11))
                           .send(record(R"("a")", 1))
                           .watermark(at(20))
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{count("7", 0, 10, 1), count(R"("a")", 0, 10, 1), count(R"("a")", 10, 20, 1),
                                   count(R"("b")", 10, 20, 1)});
  CHECK(outcome.ports[0].keys == Values{R"("7")", R"("a")", R"("a")", R"("b")"});
  CHECK(outcome.ports[0].times ==
        std::vector{at(10) - Duration(1), at(10) - Duration(1), at(20) - Duration(1), at(20) - Duration(1)});
}

TEST_CASE("times before 1970 and windows that are aligned elsewhere are cut like others") {
  for (const std::size_t workers : shards) {
    CHECK(sorted(windows(counts(ten_seconds), workers)
                     .send(record("1", -1))
                     .send(record("1", -10))
                     .send(record("1", 0))
                     .finish()
                     .run()
                     .values()) == sorted({count("1", -10, 0, 2), count("1", 0, 10, 1)}));
    for (const int align : {3, -7, 1003})
      CHECK(sorted(windows(counts({{"tumbling", 10}}, at(align)), workers)
                       .send(record("1", 2))
                       .send(record("1", 3))
                       .send(record("1", -7))
                       .finish()
                       .run()
                       .values()) == sorted({count("1", -7, 3, 2), count("1", 3, 13, 1)}));
  }
}

TEST_CASE("a record whose window has closed is late, judged against the watermark before it") {
  for (const std::size_t workers : shards) {
    const auto outcome = windows(counts(ten_seconds), workers)
                             .send(record("1", 5))
                             .watermark(at(9))
                             .send(record("2", 6))  // the watermark is not at the end yet
                             .watermark(at(10))
                             .send(record("3", 9))
                             .send(record("1", 10))
                             .send(record("1", 2))
                             .watermark(at(12))
                             .send(record("4", 10))  // behind the watermark, but its window is open
                             .finish()
                             .run();
    CHECK(sorted(outcome.values()) ==
          sorted({count("1", 0, 10, 1), count("2", 0, 10, 1), count("1", 10, 20, 1), count("4", 10, 20, 1)}));
    CHECK(sorted(outcome.values(1)) == Values{"1", "3"});
  }
}

TEST_CASE("the group comes first, then lateness, then the values") {
  for (const std::size_t workers : shards) {
    const auto outcome =
        windows(windowed({{"tumbling", 10}}, options(program(".k"), calls({{"s", "sum", {".v"}}}))), workers)
            .send(record(R"({"k":1,"v":1})", 5))
            .watermark(at(10))
            .send(record("3", 5))                    // no group, though late
            .send(record(R"({"k":1,"v":"x"})", 5))   // late, though no number
            .send(record(R"({"k":1,"v":"x"})", 15))  // rejected for its value
            .finish()
            .run();
    CHECK(outcome.values().size() == 1);
    CHECK(outcome.values(1) == Values{R"({"k":1,"v":"x"})"});
    CHECK(outcome.errors().size() == 2);
  }
}

TEST_CASE("by event time a record without time is rejected as such") {
  for (const std::size_t workers : shards) {
    const auto outcome = windows(counts(ten_seconds), workers).send("1").send(record("1", 5)).finish().run();
    CHECK(field_of(outcome.errors(), "kind") == Values{R"("time")"});
    CHECK(outcome.values() == Values{count("1", 0, 10, 1)});
  }
}

TEST_CASE("a composite group, and none, stand before the window") {
  CHECK(windows(windowed({{"tumbling", 10}}, options(fields({{"b", ".b"}, {"a", ".a"}}),
                                                     calls({{"n", "count", {}}, {"s", "sum", {".b"}}}))),
                1)
            .send(record(R"({"a":1,"b":2})", 5))
            .finish()
            .run()
            .values() == Values{R"({"b":2,"a":1,)" + result(0, 10, R"("n":1,"s":2)")});
  CHECK(windows(windowed({{"tumbling", 10}}, options({}, calls({{"n", "count", {}}}))), 1)
            .send(record("1", 5))
            .finish()
            .run()
            .values() == Values{"{" + result(0, 10, R"("n":1)")});
}

TEST_CASE("without a record there is no result") {
  CHECK(windows(counts(ten_seconds), 2).watermark(at(50)).finish().run().values().empty());
}

TEST_CASE("on the wall clock records count when they come, and windows close by timer") {
  for (const std::size_t workers : shards) {
    const auto outcome = windows(counts(ten_seconds), workers, ClockKind::system)
                             .send("1")
                             .wall_clock(wall(9))
                             .send("1")
                             .watermark(at(1'000'000'000))
                             .wall_clock(wall(10))
                             .send("1")
                             .wall_clock(wall(25))
                             .finish()
                             .run();
    CHECK(sorted(field_of(outcome.values(), "n")) == Values{"1", "2"});
    CHECK(sorted(field_of(outcome.values(), "window_end")) ==
          Values{R"("2000-01-01T00:00:10Z")", R"("2000-01-01T00:00:20Z")"});
    CHECK(outcome.values(1).empty());
  }
}

TEST_CASE("first, last and collect go by event time within a window") {
  for (const std::size_t workers : shards) {
    const auto outcome =
        windows(windowed({{"tumbling", 10}},
                         options({}, calls({{"f", "first", {"."}}, {"l", "last", {"."}}, {"c", "collect", {"."}}}))),
                workers)
            .send(record("3", 3))
            .send(record("1", 1))
            .send(record("9", 9))
            .send(record("5", 5))
            .finish()
            .run();
    CHECK(outcome.values() == Values{"{" + result(0, 10, R"("f":1,"l":9,"c":[1,3,5,9])")});
  }
}

namespace {

// Each second one record of each of a thousand groups, whose partial aggregates are as many.
void send_many_groups(OperatorHarness& run, int second) {
  for (int group = 0; group < 1000; ++group)
    run.send(TestRecord{.value = R"({"k":)" + std::to_string(group) + R"(,"v":1})", .time = at(second)});
}

}  // namespace

TEST_CASE("where partial aggregates are as many as the records, records are handed on as they are") {
  const auto plan =
      planned("aggregate", windowed({{"tumbling", 10}}, options(program(".k"), calls({{"n", "sum", {".v"}}}))));
  OperatorHarness run([plan](Context& context) {
    context.workers = 2;
    return plan.make_before_exchange(context);
  });
  run.runs_on(ClockKind::event).only_batched();
  send_many_groups(run, 1);
  const auto outcome = run.watermark(at(10))
                           .mark()
                           .send(TestRecord{.value = R"({"k":1,"v":2})", .time = at(11)})
                           .send(TestRecord{.value = R"({"k":2,"v":2})"})
                           .send(TestRecord{.value = R"({"k":3,"v":2})", .time = at(12)})
                           .finish()
                           .run();
  REQUIRE(outcome.values().size() == 1002);
  CHECK(outcome.ports[0].times[999] == no_time);
  CHECK(outcome.values()[1000] == R"({"k":1,"v":2})");
  CHECK(outcome.values()[1001] == R"({"k":3,"v":2})");
  CHECK(outcome.ports[0].times[1001] == at(12));
  CHECK(outcome.errors().size() == 1);
}

TEST_CASE("records that are handed on as they are come to the same windows as partial aggregates") {
  auto run = windows(windowed({{"tumbling", 10}}, options(program(".k"), calls({{"n", "sum", {".v"}}}))), 2);
  run.only_batched();
  for (int second : {1, 11, 21, 32}) {
    send_many_groups(run, second);
    run.watermark(at(second)).mark();
  }
  const auto outcome = run.send(TestRecord{.value = R"({"k":7,"v":5})", .time = at(25)})
                           .send(TestRecord{.value = R"({"k":7,"v":5})", .time = at(35)})
                           .finish()
                           .run();
  CHECK(outcome.values().size() == 4000);
  CHECK(std::count(outcome.ports[0].times.begin(), outcome.ports[0].times.end(), at(40) - Duration(1)) == 1000);
  CHECK(std::count_if(outcome.values().begin(), outcome.values().end(),
                      [](const std::string& value) { return value.ends_with("\"n\":6}"); }) == 1);
  CHECK(outcome.values(1).size() == 1);
}
