#include <catch2/catch.hpp>

#include "operators/planned.hpp"

using namespace flowrun;

namespace {

OperatorPlan set_time(std::string_view at, bool of_source = false) {
  Options options;
  options.set("at", program(at));
  options.set("delay", Duration());
  options.set("idle", Duration(std::chrono::seconds(30)));
  options.set("when_idle", std::string("wait"));
  if (of_source) options.set("of_source", true);
  return planned("time", options);
}

constexpr Time at_micros(std::int64_t micros) { return Time(Duration(micros)); }

}  // namespace

TEST_CASE("an event time is seconds since 1970 or RFC 3339 text; null and no output are none") {
  const auto outcome = harness_of(set_time(".t?"))
                           .send(R"({"t":1})")
                           .send(R"({"t":-1.5})")
                           .send(R"({"t":1.0000004})")
                           .send(R"({"t":"1970-01-01T01:00:02.25+01:00"})")
                           .send(R"({"t":null})")
                           .send("[]")
                           .send(R"({"t":253402300799})")
                           .finish()
                           .run();
  CHECK(outcome.ports[0].times == std::vector<Time>{at_micros(1'000'000), at_micros(-1'500'000), at_micros(1'000'000),
                                                    at_micros(2'250'000), no_time, no_time,
                                                    at_micros(253'402'300'799'000'000)});
  CHECK(outcome.errors().empty());
}

TEST_CASE("what is no time that can be written rejects the record, and milliseconds are told so") {
  const auto outcome = harness_of(set_time(".t"))
                           .send(R"({"t":1767225600000})")
                           .send(R"({"t":253402300800})")
                           .send(R"({"t":1e300})")
                           .send(R"({"t":"yesterday"})")
                           .send(R"({"t":[1]})")
                           .send(R"({"t":true})")
                           .finish()
                           .run();
  CHECK(outcome.values().empty());
  const std::string expected = ", expected seconds since 1970 in the years 1 to 9999, or RFC 3339 text";
  CHECK(field_of(outcome.errors(), "kind") == Values(6, R"("time")"));
  CHECK(field_of(outcome.errors(), "message") ==
        Values{R"("the event time is 1767225600000)" + expected + R"(; milliseconds? divide by 1000")",
               R"("the event time is 253402300800)" + expected + R"(; milliseconds? divide by 1000")",
               R"("the event time is 1e300)" + expected + "\"", R"("the event time is \"yesterday\")" + expected + "\"",
               R"("the event time is [1])" + expected + "\"", R"("the event time is true)" + expected + "\""});
}

TEST_CASE("several outputs, or an expression that fails, reject the record as expressions do") {
  const auto outcome = harness_of(set_time(".[]")).send("[1,2]").send("3").finish().run();
  CHECK(field_of(outcome.errors(), "kind") == Values{R"("expression")", R"("expression")"});
}

TEST_CASE("a time that a source was given stays, a step sets its own") {
  const TestRecord given{.value = R"({"t":1})", .time = at_micros(5)};
  CHECK(harness_of(set_time(".t", true)).send(given).finish().run().ports[0].times == std::vector<Time>{at_micros(5)});
  CHECK(harness_of(set_time(".t")).send(given).finish().run().ports[0].times ==
        std::vector<Time>{at_micros(1'000'000)});
}
