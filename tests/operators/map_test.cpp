#include <catch2/catch.hpp>

#include "operators/planned.hpp"

using namespace flowrun;

namespace {

OperatorPlan map_to(std::string_view expression) { return planned("map", single(program(expression))); }
OperatorPlan map_to_fields(const std::vector<std::pair<std::string, std::string>>& texts) {
  return planned("map", single(fields(texts)));
}
OperatorPlan set_fields(const std::vector<std::pair<std::string, std::string>>& texts) {
  return planned("set", single(fields(texts)));
}

Time at(int seconds) { return Time(std::chrono::seconds(seconds)); }

}  // namespace

TEST_CASE("map makes a record of every output: none, one or many") {
  const auto outcome = harness_of(map_to(".[]"))
                           .send("[1]")
                           .send("[]")
                           .send(R"(["a text beyond fourteen bytes",{"b":[2]}])")
                           .send("[3]")
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{"1", R"("a text beyond fourteen bytes")", R"({"b":[2]})", "3"});
}

TEST_CASE("map keeps key and event time of each record, also of many made of one") {
  const auto outcome = harness_of(map_to(".[]"))
                           .send(TestRecord{.value = "[1]", .key = R"("one")", .time = at(1)})
                           .send(TestRecord{.value = "[2,3]", .key = R"("a key beyond fourteen bytes")", .time = at(2)})
                           .send(TestRecord{.value = "[4]"})
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{"1", "2", "3", "4"});
  CHECK(outcome.ports[0].keys ==
        Values{R"("one")", R"("a key beyond fourteen bytes")", R"("a key beyond fourteen bytes")", "null"});
  CHECK(outcome.ports[0].times == std::vector<Time>{at(1), at(2), at(2), no_time});
}

TEST_CASE("map keeps meta, also of many made of one") {
  const OperatorPlan split = map_to(".[]"), read = map_to("$meta.line");
  const auto chain = [&](Context& context) { return split.make(context); };
  CHECK(OperatorHarness(chain).send("[1]").send("[2,3]").finish().run().values() == Values{"1", "2", "3"});
  CHECK(harness_of(map_to("$meta.line, $meta.path")).send("1").send("1").finish().run().values() ==
        Values{"1", R"("test")", "2", R"("test")"});
}

TEST_CASE("expressions see key, time in seconds and meta") {
  const auto outcome = harness_of(map_to("[$key, $time, $meta]"))
                           .send(TestRecord{.value = "0", .key = R"("k")", .time = at(7)})
                           .send(TestRecord{.value = "0", .time = Time(std::chrono::milliseconds(1500))})
                           .send("0")
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{R"(["k",7,{"path":"test","line":1,"offset":1}])",
                                   R"([null,1.5,{"path":"test","line":2,"offset":2}])",
                                   R"([null,null,{"path":"test","line":3,"offset":3}])"});
}

TEST_CASE("a record whose expression fails is rejected whole, without the outputs before the failure") {
  const auto outcome =
      harness_of(map_to(".[] | if . == 0 then error(\"zero\") else . end")).send("[1,0]").send("[2,3]").finish().run();
  CHECK(outcome.values() == Values{"2", "3"});
  CHECK(field_of(outcome.errors(), "message") == Values{R"("zero")"});
  CHECK(field_of(outcome.errors(), "kind") == Values{R"("expression")"});
  CHECK(field_of(outcome.errors(), "value") == Values{"[1,0]"});
}

TEST_CASE("one record may become very many, without them being in memory at once") {
  std::string numbers = "[0";
  for (int number = 1; number < 5000; ++number) numbers += "," + std::to_string(number);
  const auto outcome = harness_of(map_to(".[]")).send(numbers + "]").send("[0]").finish().run();
  REQUIRE(outcome.values().size() == 5001);
  CHECK(outcome.values()[4999] == "4999");
  CHECK(outcome.values()[5000] == "0");
}

TEST_CASE("results far larger than what came are handed on in parts") {
  const std::string large(300'000, 'x');
  OperatorHarness harness = harness_of(map_to(". + . + . + ."));
  for (int record = 0; record < 5; ++record) harness.send('"' + large + '"');
  const auto outcome = harness.finish().run();
  REQUIRE(outcome.values().size() == 5);
  CHECK(outcome.values().front() == '"' + large + large + large + large + '"');
  CHECK(outcome.values().front() == outcome.values().back());
}

TEST_CASE("map builds an object of the fields in the order written; no output leaves a field out") {
  const auto outcome = harness_of(map_to_fields({{"b", ".x"}, {"none", "empty"}, {"a", ".y + 1"}}))
                           .send(R"({"x":"text","y":1,"z":2})")
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{R"({"b":"text","a":2})"});
}

TEST_CASE("a field with several outputs, or one that fails, rejects the record") {
  const auto outcome = harness_of(map_to_fields({{"a", ".[]"}})).send("[1]").send("[1,2]").send("3").finish().run();
  CHECK(outcome.values() == Values{R"({"a":1})"});
  CHECK(field_of(outcome.errors(), "message") ==
        Values{R"("field `a`: the expression has several outputs, one was expected")",
               R"x("field `a`: Cannot iterate over number (3)")x"});
}

TEST_CASE("set keeps the other fields and their order; new fields follow, no output removes a field") {
  const auto outcome = harness_of(set_fields({{"b", ".b + 1"}, {"gone", "empty"}, {"new", "[.a]"}}))
                           .send(R"({"a":1,"b":2,"gone":3,"c":4})")
                           .send(R"({"b":0})")
                           .send("{\"b\":null}")
                           .finish()
                           .run();
  CHECK(outcome.values() ==
        Values{R"({"a":1,"b":3,"c":4,"new":[1]})", R"({"b":1,"new":[null]})", R"({"b":1,"new":[null]})"});
}

TEST_CASE("every expression of set sees the record as it came") {
  const auto outcome = harness_of(set_fields({{"a", ".b"}, {"b", ".a"}})).send(R"({"a":1,"b":2})").finish().run();
  CHECK(outcome.values() == Values{R"({"a":2,"b":1})"});
}

TEST_CASE("set finds fields of large objects and fields with long names") {
  std::string large = "{";
  for (int field = 0; field < 40; ++field) large += "\"a name of a field " + std::to_string(field) + "\":0,";
  const auto outcome = harness_of(set_fields({{"a name of a field 17", "1"}, {"last", "empty"}}))
                           .send(large + R"("last":0})")
                           .finish()
                           .run();
  large.replace(large.find("17\":0"), 5, "17\":1");
  large.back() = '}';
  CHECK(outcome.values() == Values{large});
}

TEST_CASE("set takes null for the empty object and rejects what is no object") {
  const auto outcome = harness_of(set_fields({{"a", "1"}}))
                           .send("null")
                           .send("[]")
                           .send("\"x\"")
                           .send("1.5")
                           .send("true")
                           .finish()
                           .run();
  CHECK(outcome.values() == Values{R"({"a":1})"});
  CHECK(field_of(outcome.errors(), "message") == Values{R"("`set` needs an object, the record is an array")",
                                                        R"("`set` needs an object, the record is a string")",
                                                        R"("`set` needs an object, the record is a number")",
                                                        R"("`set` needs an object, the record is a boolean")"});
}

TEST_CASE("the plan of map and set says what they read and whether records are handed on") {
  const OperatorPlan map = map_to_fields({{"a", ".x.y"}, {"b", "$key"}, {"c", "$time"}});
  REQUIRE(map.reads.value.fields.size() == 1);
  CHECK(map.reads.value.fields[0].name == "x");
  CHECK((map.reads.key && map.reads.time && !map.reads.meta));
  CHECK((map.writes_value && !map.passes_records && map.can_reject));
  const OperatorPlan set = set_fields({{"a", "$meta"}});
  CHECK((!set.reads.value.whole && set.reads.meta));
  CHECK((set.writes_value && set.passes_records && set.can_reject));
}
