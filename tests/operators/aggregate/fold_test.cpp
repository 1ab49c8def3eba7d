#include <catch2/catch.hpp>

#include "operators/aggregate/aggregating.hpp"

using namespace flowrun;

TEST_CASE("a fold goes on from the state that the records before have made") {
  for (const std::size_t workers : shards) {
    const auto outcome =
        harness(options(program(".k"), {fold("path", "[]", "$acc + [.v]"), fold("n", "0", "$acc + 1")}), workers)
            .send(R"({"k":1,"v":"a text beyond fourteen bytes"})")
            .send(R"({"k":2,"v":2})")
            .send(R"({"k":2,"v":2})")
            .finish()
            .run();
    CHECK(sorted(outcome.values()) ==
          Values{R"({"key":1,"path":["a text beyond fourteen bytes"],"n":1})", R"({"key":2,"path":[2,2],"n":2})"});
  }
}

TEST_CASE("a fold that fails rejects the record, which leaves no trace in other folds or values") {
  const std::vector<Call> values = [] {
    std::vector<Call> all = calls({{"n", "count", {}}});
    all.push_back(fold("list", "[]", "$acc + [.]"));
    all.push_back(fold("total", "0", "$acc + ."));
    return all;
  }();
  const auto outcome = harness(options({}, values), 1).send("\"x\"").send("1").send("[2]").send("3").finish().run();
  CHECK(outcome.values() == Values{R"({"n":2,"list":[1,3],"total":4})"});
  CHECK(outcome.errors().size() == 2);
}

TEST_CASE("a fold needs exactly one output, and so does its init") {
  const auto outcome =
      harness(options({}, {fold("f", "0", ".[]")}), 1).send("[]").send("[1,2]").send("[3]").finish().run();
  CHECK(outcome.values() == Values{R"({"f":3})"});
  CHECK(field_of(outcome.errors(), "message") ==
        Values{R"("`f`: add: the expression has no output, one was expected")",
               R"("`f`: add: the expression has several outputs, one was expected")"});
  CHECK(field_of(harness(options({}, {fold("f", "empty", "$acc")}), 1).send("1").finish().run().errors(), "message") ==
        Values{R"("`f`: init: the expression has no output, one was expected")"});
}

TEST_CASE("a fold by time adds records in the order of their event times, ties by arrival") {
  const auto outcome = harness(options({}, {fold("f", "[]", "$acc + [., $time]", true)}), 1)
                           .send(TestRecord{.value = "\"b\"", .time = at(2)})
                           .send(TestRecord{.value = "\"a\"", .time = at(1)})
                           .send(TestRecord{.value = "\"c\"", .time = at(2)})
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{R"({"f":["a",1,"b",2,"c",2]})"});
}

TEST_CASE("a record that a fold by time fails on at the end is rejected and left out") {
  const auto outcome = harness(options({}, {fold("f", "0", "$acc + .", true)}), 1)
                           .send(TestRecord{.value = "\"x\"", .time = at(2)})
                           .send(TestRecord{.value = "1", .time = at(1)})
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{R"({"f":1})"});
  CHECK(field_of(outcome.errors(), "value") == Values{R"("x")"});
}
