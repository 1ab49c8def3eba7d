#include <catch2/catch.hpp>

#include "operators/planned.hpp"

using namespace flowrun;

namespace {

OperatorPlan route(std::string_view name, const std::vector<std::pair<std::string, std::string>>& conditions) {
  return planned(name, single(fields(conditions)));
}

}  // namespace

TEST_CASE("route hands each record to the first output that holds, else to other") {
  const OperatorPlan plan = route("route", {{"large", ". > 10"}, {"even", ". % 2 == 0"}});
  CHECK(plan.outputs == std::vector<std::string>{"large", "even", "other"});
  CHECK_FALSE(plan.has_main_output);
  const auto outcome = harness_of(plan).send("12").send("2").send("1").send("11").send("4").finish().run();
  CHECK(outcome.values(0) == Values{"12", "11"});
  CHECK(outcome.values(1) == Values{"2", "4"});
  CHECK(outcome.values(2) == Values{"1"});
}

TEST_CASE("route_all hands each record to every output that holds, else to other") {
  const auto outcome = harness_of(route("route_all", {{"large", ". > 10"}, {"even", ". % 2 == 0"}}))
                           .send("12")
                           .send("2")
                           .send("1")
                           .send("11")
                           .finish()
                           .run();
  CHECK(outcome.values(0) == Values{"12", "11"});
  CHECK(outcome.values(1) == Values{"12", "2"});
  CHECK(outcome.values(2) == Values{"1"});
}

TEST_CASE("a record that a condition rejects goes to no output") {
  for (const std::string_view name : {"route", "route_all"}) {
    const auto outcome = harness_of(route(name, {{"a", ".a?"}, {"b", ".b"}, {"c", "true, true"}}))
                             .send("1")
                             .send(R"({"a":1,"b":1})")
                             .finish()
                             .run();
    INFO(name);
    CHECK(outcome.values(1).empty());
    CHECK(outcome.values(2).empty());
    CHECK(outcome.values(3).empty());
    CHECK(outcome.errors().size() == (name == "route" ? 1 : 2));
  }
}

TEST_CASE("route stops at the first condition that holds, so later ones cannot reject") {
  const auto outcome = harness_of(route("route", {{"all", "true"}, {"bad", "error"}})).send("1").finish().run();
  CHECK(outcome.values(0) == Values{"1"});
  CHECK(outcome.errors().empty());
}

TEST_CASE("outputs have names of their own that steps can be told apart by") {
  CHECK(faults_of("route",
                  single(fields({{"other", "."}, {"late", "."}, {"errors", "."}, {"ok_1", "."}, {"Big", "."}}))) ==
        std::vector<std::string>{"other: the output `other` has a name of its own",
                                 "late: the output `late` has a name of its own",
                                 "errors: the output `errors` has a name of its own",
                                 "Big: `Big` is no name of an output, expected [a-z][a-z0-9_]*"});
}
