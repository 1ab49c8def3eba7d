#include <catch2/catch.hpp>

#include "operators/grouped.hpp"

using namespace flowrun;

namespace {

OptionList top(int n, std::string_view largest) {
  return OptionList().with("n", std::int64_t{n}).with("largest", program(largest));
}
OptionList in_window(OptionList list, const std::vector<std::pair<std::string, int>>& window) {
  auto options = std::make_shared<Options>();
  for (const auto& [name, length] : window) options->set(name, Duration(std::chrono::seconds(length)));
  return list.with("window", std::shared_ptr<const Options>(std::move(options)));
}

}  // namespace

TEST_CASE("top gives the largest records of each group in order, ties by arrival") {
  for (const std::size_t workers : {1, 2, 4}) {
    const auto outcome = OperatorHarness(sharded(planned("top", top(2, ".n").with("by", program(".k"))), workers))
                             .in_any_order()
                             .send(R"({"k":"a","n":1})")
                             .send(R"({"k":"a","n":3,"first":true})")
                             .send(R"({"k":"b","n":null})")
                             .send(R"({"k":"a","n":3})")
                             .send(R"({"k":"a","n":2})")
                             .finish()
                             .run();
    CHECK(in_order(outcome.values()) == Values{R"({"key":"a","items":[{"k":"a","n":3,"first":true},{"k":"a","n":3}]})",
                                               R"({"key":"b","items":[{"k":"b","n":null}]})"});
    CHECK(in_order(outcome.ports[0].keys) == Values{R"("a")", R"("b")"});
  }
}

TEST_CASE("top compares in jq's order, and a composite group gives fields") {
  const auto outcome = alone("top", top(3, ".v").with("by", fields({{"x", ".x"}})))
                           .send(R"({"x":1,"v":"a text beyond fourteen bytes"})")
                           .send(R"({"x":1,"v":[1]})")
                           .send(R"({"x":1.0,"v":5})")
                           .send(R"({"x":1,"v":{}})")
                           .finish()
                           .run();
  CHECK(outcome.values() ==
        Values{R"({"x":1,"items":[{"x":1,"v":{}},{"x":1,"v":[1]},{"x":1,"v":"a text beyond fourteen bytes"}]})"});
}

TEST_CASE("top rejects a record without exactly one output of largest, which leaves no trace") {
  const auto outcome =
      alone("top", top(2, ".[]")).in_any_order().send("[1]").send("[]").send("[2,3]").send("[4]").finish().run();
  CHECK(outcome.values() == Values{R"({"items":[[4],[1]]})"});
  CHECK(field_of(outcome.errors(), "message") == Values{R"("the expression has no output, one was expected")",
                                                        R"("the expression has several outputs, one was expected")"});
}

TEST_CASE("top of windows is emitted when they close, with their bounds, and late records go to late") {
  const auto outcome = alone("top", in_window(top(1, "."), {{"tumbling", 10}}))
                           .runs_on(ClockKind::event)
                           .late_port(1)
                           .send(timed(1, "1"))
                           .send(timed(2, "3"))
                           .send(timed(12, "2"))
                           .watermark(at(10))
                           .send(timed(9, "9"))
                           .finish()
                           .run();
  CHECK(outcome.values() ==
        Values{R"({"window_start":"1970-01-01T00:00:00Z","window_end":"1970-01-01T00:00:10Z","items":[3]})",
               R"({"window_start":"1970-01-01T00:00:10Z","window_end":"1970-01-01T00:00:20Z","items":[2]})"});
  CHECK(outcome.ports[0].times == std::vector<Time>{at(10) - Duration(1), at(20) - Duration(1)});
  CHECK(outcome.values(1) == Values{"9"});
}

TEST_CASE("top of sliding windows and of sessions has the largest of all their records") {
  const auto run = [](const std::vector<std::pair<std::string, int>>& window) {
    return field_of(alone("top", in_window(top(2, "."), window))
                        .runs_on(ClockKind::event)
                        .late_port(1)
                        .send(timed(1, "5"))
                        .send(timed(12, "1"))
                        .send(timed(25, "3"))
                        .send(timed(18, "4"))
                        .finish()
                        .run()
                        .values(),
                    "items");
  };
  CHECK(run({{"sliding", 20}, {"step", 10}}) == Values{"[5]", "[5,4]", "[4,3]", "[3]"});
  CHECK(run({{"session", 8}}) == Values{"[5]", "[4,3]"});
}
