#include <catch2/catch.hpp>

#include "operators/aggregate/aggregating.hpp"
#include "operators/sharded.hpp"

using namespace flowrun;

TEST_CASE("an aggregate gives one record per group, in jq's order of the groups within a worker") {
  const auto outcome =
      OperatorHarness(sharded(planned("aggregate", options(program(".k"), calls({{"n", "count", {}}}))), 1))
          .send(R"({"k":"b"})")
          .send(R"({"k":1.0})")
          .send("{}")
          .send(R"({"k":1})")
          .send(R"({"k":"1"})")
          .send(R"({"k":null})")
          .send(R"({"k":[2]})")
          .send(R"({"k":false})")
          .finish()
          .run();
  CHECK(outcome.values() == Values{R"({"key":null,"n":2})", R"({"key":false,"n":1})", R"({"key":1,"n":2})",
                                   R"({"key":"1","n":1})", R"({"key":"b","n":1})", R"({"key":[2],"n":1})"});
  CHECK(outcome.ports[0].keys == Values{"null", R"("false")", R"("1")", R"("1")", R"("b")", R"("[2]")"});
}

TEST_CASE("a composite group has its fields as they are written, and as key its JSON") {
  for (const std::size_t workers : shards) {
    const auto outcome =
        harness(options(fields({{"user", ".u"}, {"city", ".c"}}), calls({{"n", "count", {}}})), workers)
            .send(R"({"u":"a text beyond fourteen bytes","c":1})")
            .send(R"({"u":"a text beyond fourteen bytes","c":1.0})")
            .send(R"({"c":2})")
            .finish()
            .run();
    CHECK(sorted(outcome.values()) ==
          Values{R"({"user":"a text beyond fourteen bytes","city":1,"n":2})", R"({"user":null,"city":2,"n":1})"});
    CHECK(sorted(outcome.ports[0].keys) ==
          Values{R"("{\"user\":\"a text beyond fourteen bytes\",\"city\":1}")", R"("{\"user\":null,\"city\":2}")"});
  }
}

TEST_CASE("without by there is one group, without key") {
  for (const std::size_t workers : shards) {
    const auto outcome =
        harness(options({}, calls({{"total", "sum", {"."}}})), workers).send("1").send("2").send("3").finish().run();
    CHECK(outcome.values() == Values{R"({"total":6})"});
    CHECK(outcome.ports[0].keys == Values{"null"});
  }
}

TEST_CASE("records may be grouped by their key") {
  for (const std::size_t workers : shards) {
    const auto outcome = harness(options(program("$key"), calls({{"n", "count", {}}})), workers)
                             .send(TestRecord{"1", R"("a")"})
                             .send(TestRecord{"2", R"("b")"})
                             .send(TestRecord{"3", R"("a")"})
                             .send("4")
                             .finish()
                             .run();
    CHECK(sorted(outcome.values()) == Values{R"({"key":"a","n":2})", R"({"key":"b","n":1})", R"({"key":null,"n":1})"});
  }
}

TEST_CASE("not exactly one group rejects the record") {
  for (const OptionValue& by : {OptionValue(program(".[]")), OptionValue(fields({{"a", ".[]"}}))}) {
    const auto outcome = harness(options(by, calls({{"n", "count", {}}})), 2)
                             .send("[]")
                             .send("[1,2]")
                             .send("3")
                             .send("[4]")
                             .finish()
                             .run();
    CHECK(outcome.values().size() == 1);
    CHECK(sorted(field_of(outcome.errors(), "message")) ==
          Values{R"x("Cannot iterate over number (3)")x", R"("the expression has no output, one was expected")",
                 R"("the expression has several outputs, one was expected")"});
  }
}

TEST_CASE("the result's time is that of the group's latest record, none where no record has one") {
  for (const std::size_t workers : shards) {
    const auto outcome = harness(options(program(".k"), calls({{"n", "count", {}}})), workers)
                             .send(TestRecord{.value = R"({"k":1})", .time = at(5)})
                             .send(TestRecord{.value = R"({"k":1})", .time = at(9)})
                             .send(TestRecord{.value = R"({"k":1})", .time = at(7)})
                             .finish()
                             .run();
    CHECK(outcome.ports[0].times == std::vector{at(9)});
  }
  CHECK(harness(options({}, calls({{"n", "count", {}}})), 2).send("1").finish().run().ports[0].times ==
        std::vector{no_time});
}

TEST_CASE("all functions give the same on one, two and four workers") {
  const auto values = calls({{"n", "count", {}},
                             {"large", "count", {".v > 5"}},
                             {"sum", "sum", {".v"}},
                             {"avg", "avg", {".v"}},
                             {"min", "min", {".v"}},
                             {"max", "max", {".t"}},
                             {"first", "first", {".v"}},
                             {"last", "last", {".t"}},
                             {"cheapest", "min_by", {".v"}},
                             {"dearest", "max_by", {".v"}},
                             {"distinct", "distinct", {".v"}},
                             {"p99", "quantile", {".v", "0.99"}},
                             {"spread", "stddev", {".v"}},
                             {"any", "any", {".v > 8"}},
                             {"all", "all", {".v > 0"}}});
  for (const std::size_t workers : shards) {
    OperatorHarness run = harness(options(program(".k"), values), workers);
    for (int number = 0; number < 10; ++number)
      run.send(TestRecord{.value = R"({"k":)" + std::to_string(number % 2) + R"(,"v":)" + std::to_string(number) +
                                   R"(,"t":"text number )" + std::to_string(number) + "\"}",
                          .time = at(100 - number)});
    INFO(workers << " workers");
    CHECK(sorted(run.finish().run().values()) ==
          Values{R"({"key":0,"n":5,"large":2,"sum":20,"avg":4,"min":0,"max":"text number 8","first":8,)"
                 R"("last":"text number 0","cheapest":{"k":0,"v":0,"t":"text number 0"},)"
                 R"("dearest":{"k":0,"v":8,"t":"text number 8"},"distinct":5,"p99":8,"spread":3.1622776601683795,)"
                 R"("any":false,"all":false})",
                 R"({"key":1,"n":5,"large":2,"sum":25,"avg":5,"min":1,"max":"text number 9","first":9,)"
                 R"("last":"text number 1","cheapest":{"k":1,"v":1,"t":"text number 1"},)"
                 R"("dearest":{"k":1,"v":9,"t":"text number 9"},"distinct":5,"p99":9,"spread":3.1622776601683795,)"
                 R"("any":true,"all":true})"});
  }
}

TEST_CASE("partial aggregates are sent before a mark and go on behind it") {
  for (const std::size_t workers : shards) {
    const auto outcome =
        harness(options(program(".k"), calls({{"total", "sum", {".v"}}, {"last", "last", {".v"}}})), workers)
            .send(TestRecord{.value = R"({"k":1,"v":1})", .time = at(3)})
            .mark()
            .send(TestRecord{.value = R"({"k":1,"v":2})", .time = at(1)})
            .mark()
            .mark()
            .send(TestRecord{.value = R"({"k":2,"v":3})", .time = at(1)})
            .finish()
            .run();
    CHECK(sorted(outcome.values()) == Values{R"({"key":1,"total":3,"last":1})", R"({"key":2,"total":3,"last":3})"});
  }
}

TEST_CASE("more partial aggregates than the sender holds lose nothing") {
  OperatorHarness run(sharded(planned("aggregate", options(program("."), calls({{"n", "count", {}}}))), 2));
  run.only_batched();
  const std::string padding(2000, 'x');
  for (int round = 0; round < 2; ++round)
    for (int group = 0; group < 3000; ++group) run.send("\"" + padding + std::to_string(group) + "\"");
  const Values values = run.finish().run().values();
  CHECK(values.size() == 3000);
  CHECK(
      std::all_of(values.begin(), values.end(), [](const std::string& value) { return value.ends_with(",\"n\":2}"); }));
}

TEST_CASE("every output of a function's argument counts, none adds nothing") {
  const auto outcome =
      harness(options({}, calls({{"sum", "sum", {".[]"}}, {"all", "collect", {".[]"}}, {"n", "count", {}}})), 1)
          .send("[1,2]")
          .send("[]")
          .send("[3]")
          .finish()
          .run();
  CHECK(outcome.values() == Values{R"({"sum":6,"all":[1,2,3],"n":3})"});
}

TEST_CASE("a record with a value that is no number is rejected and leaves no trace") {
  for (const std::string function : {"sum", "avg", "stddev", "quantile"}) {
    std::vector<std::string> arguments = {".v"};
    if (function == "quantile") arguments.emplace_back("0.5");
    const auto outcome =
        harness(
            options(program(".k"), calls({{"n", "count", {}}, {"all", "collect", {".k"}}, {"x", function, arguments}})),
            2)
            .send(R"({"k":1,"v":1})")
            .send(R"({"k":1,"v":"a text that is far too long for a message to show all of it, so it is cut"})")
            .send(R"({"k":1,"v":null})")
            .send(R"({"k":2,"v":[1]})")
            .finish()
            .run();
    INFO(function);
    CHECK(outcome.values().size() == 1);
    CHECK(field_of(outcome.values(), "n") == Values{"2"});
    CHECK(field_of(outcome.values(), "all") == Values{"[1,1]"});
    CHECK(sorted(field_of(outcome.errors(), "message")) ==
          Values{"\"`x`: " + function + R"( takes numbers, found [1]")",
                 "\"`x`: " + function +
                     R"( takes numbers, found \"a text that is far too long for a message to show all of it...")"});
  }
}

TEST_CASE("a record whose expression fails leaves no trace in values that were evaluated before") {
  const auto outcome =
      harness(options({}, calls({{"n", "count", {}}, {"a", "sum", {".a"}}, {"b", "sum", {".b[]"}}})), 2)
          .send(R"({"a":1,"b":[1]})")
          .send(R"({"a":10,"b":[10,"x"]})")
          .send(R"({"a":100,"b":100})")
          .finish()
          .run();
  CHECK(outcome.values() == Values{R"({"n":1,"a":1,"b":1})"});
  CHECK(outcome.errors().size() == 2);
}

TEST_CASE("a group of which every record was rejected gives nothing") {
  for (const std::size_t workers : shards)
    CHECK(harness(options(program(".k"), calls({{"s", "sum", {".v"}}})), workers)
              .send(R"({"k":1,"v":"x"})")
              .finish()
              .run()
              .values()
              .empty());
}

TEST_CASE("an aggregate over no records gives nothing, also without by") {
  for (const std::size_t workers : shards)
    CHECK(harness(options({}, calls({{"n", "count", {}}})), workers).finish().run().values().empty());
}

TEST_CASE("the plan of an aggregate says what the compiler must know") {
  const OperatorPlan at_close = planned("aggregate", options(program(".k"), calls({{"n", "count", {}}})));
  CHECK(at_close.exchange == Exchange::by_group);
  CHECK((at_close.waits_for_end && at_close.writes_value && !at_close.passes_records && at_close.can_reject));
  CHECK(at_close.reads.time);
  CHECK(at_close.note == "a state per group in memory; several workers exchange partial states");
  const OperatorPlan changes =
      planned("aggregate", emitting(std::string("changes"), program(".k"), calls({{"n", "count", {}}})));
  CHECK_FALSE(changes.waits_for_end);
  CHECK(changes.note == "a state per group in memory");
  CHECK(planned("aggregate", options({}, calls({{"m", "min_by", {".a"}}}))).reads.value.whole);
}

TEST_CASE("faults of the values are found with the plan, all at once") {
  std::vector<Call> values = calls({{"window_start", "count", {}},
                                    {"key", "count", {}},
                                    {"user", "count", {}},
                                    {"a", "sum", {}},
                                    {"b", "quantile", {".x", "1.5"}},
                                    {"c", "count", {".a", ".b"}}});
  values.push_back({"d", "fold", {program("0"), program("$key", {"acc"}), nullptr}, "fold", true});
  CHECK(
      faults_of("aggregate", options(fields({{"user", "."}, {"final", "."}}), values)) ==
      std::vector<std::string>{
          "values.a: `a`: `sum` takes 1 argument, separated by `;`, and was given 0",
          "values.b: `b`: the second argument of `quantile` is a constant from 0 to 1",
          "values.c: `c`: `count` takes 0 or 1 argument, separated by `;`, and was given 2",
          "values.d: `d`: a fold by time keeps the values and times of records, so it can read neither $key nor $meta",
          "by.final: `final` is the name of a field that results have by themselves",
          "values.window_start: `window_start` is the name of a field that results have by themselves",
          "values.key: `key` is the name of a field that results have by themselves",
          "values.user: `user` is a field of the group already"});
}
