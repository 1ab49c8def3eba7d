#include <catch2/catch.hpp>

#include "operators/planned.hpp"

using namespace flowrun;

namespace {

OperatorPlan filter(std::string_view condition) { return planned("filter", single(program(condition))); }
OperatorPlan key(std::string_view expression) { return planned("key", single(program(expression))); }

OperatorPlan assertion(std::string_view that, std::string_view message) {
  Options options;
  options.set("that", program(that));
  options.set("message", interpolation(message));
  return planned("assert", options);
}

}  // namespace

TEST_CASE("filter keeps a record whose output is neither false nor null; no output is false") {
  const auto outcome = harness_of(filter(".[]"))
                           .send("[true]")
                           .send("[false]")
                           .send("[null]")
                           .send("[0]")
                           .send("[]")
                           .send("[\"\"]")
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{"[true]", "[0]", R"([""])"});
  CHECK(outcome.errors().empty());
}

TEST_CASE("a condition with several outputs, or one that fails, rejects the record") {
  const auto outcome = harness_of(filter(".[]")).send("[true,true]").send("1").send("[1]").finish().run();
  CHECK(outcome.values() == Values{"[1]"});
  CHECK(field_of(outcome.errors(), "message") ==
        Values{R"("the expression has several outputs, one was expected")", R"x("Cannot iterate over number (1)")x"});
}

TEST_CASE("a rejected record stops the job where nobody reads it, or is skipped where the step says so") {
  CHECK(harness_of(filter("error(\"bad\")")).send("1").finish().nobody_reads_errors(OnError::stop).run().failure ==
        "step `tested` rejected a record (expression) at test:1: bad\n"
        "hint: read `errors` or `tested.errors`, or write `on_error: skip` at the step");
  const auto skipped =
      harness_of(filter(".a")).send("1").send("{\"a\":1}").finish().nobody_reads_errors(OnError::skip).run();
  CHECK(skipped.failure.empty());
  CHECK(skipped.values() == Values{R"({"a":1})"});
}

TEST_CASE("filter keeps key and event time") {
  const Time time{std::chrono::seconds(3)};
  const auto outcome =
      harness_of(filter("$key == \"k\"")).send(TestRecord{"1", R"("k")", time}).send("2").finish().run();
  CHECK(outcome.values() == Values{"1"});
  CHECK(outcome.ports[0].keys == Values{R"("k")"});
  CHECK(outcome.ports[0].times == std::vector{time});
}

TEST_CASE("key is a text as it is, else compact JSON; null removes it") {
  const auto outcome = harness_of(key("."))
                           .send(R"("text")")
                           .send(R"("a text beyond fourteen bytes")")
                           .send("1.10")
                           .send(R"({"a":[1, "b"]})")
                           .send(TestRecord{"null", R"("old")"})
                           .send("true")
                           .finish()
                           .run();
  CHECK(outcome.ports[0].keys == Values{R"("text")", R"("a text beyond fourteen bytes")", R"("1.10")",
                                        R"("{\"a\":[1,\"b\"]}")", "null", R"("true")"});
  CHECK(outcome.values() ==
        Values{R"("text")", R"("a text beyond fourteen bytes")", "1.10", R"({"a":[1,"b"]})", "null", "true"});
}

TEST_CASE("key needs exactly one output") {
  const auto outcome = harness_of(key(".[]")).send("[]").send("[1,2]").send("[3]").send("4").finish().run();
  CHECK(outcome.values() == Values{"[3]"});
  CHECK(field_of(outcome.errors(), "message") == Values{R"("the expression has no output, one was expected")",
                                                        R"("the expression has several outputs, one was expected")",
                                                        R"x("Cannot iterate over number (4)")x"});
}

TEST_CASE("assert rejects a record for which it does not hold, with its message") {
  const auto outcome = harness_of(assertion(".amount > 0", "amount was \\(.amount) at \\($meta.line)"))
                           .send(R"({"amount":1})")
                           .send(R"({"amount":-2})")
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{R"({"amount":1})"});
  CHECK(field_of(outcome.errors(), "kind") == Values{R"("assert")"});
  CHECK(field_of(outcome.errors(), "message") == Values{R"("amount was -2 at 2")"});
}

TEST_CASE("an assertion that fails is an error of the expression, one without output does not hold") {
  const auto outcome = harness_of(assertion(".[]", "empty")).send("1").send("[]").send("[1,1]").finish().run();
  CHECK(field_of(outcome.errors(), "kind") == Values{R"("expression")", R"("assert")", R"("expression")"});
}

TEST_CASE("a message that cannot be made does not hide that the assertion does not hold") {
  const auto outcome = harness_of(assertion("false", "\\(error(\"no message\"))")).send("1").finish().run();
  CHECK(field_of(outcome.errors(), "message") ==
        Values{R"("the assertion does not hold, and its message could not be made: no message")"});
}

TEST_CASE("steps that only look at records hand on their bytes") {
  for (const OperatorPlan& plan : {filter(".a"), key(".a"), assertion(".a", "message")})
    CHECK((!plan.writes_value && plan.passes_records && plan.can_reject && plan.reads.value.fields.size() == 1));
}
