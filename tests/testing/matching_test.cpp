#include "testing/matching.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "record/json.hpp"

using namespace flowrun;

namespace {

Value json(const std::string& text, Arena& arena) {
  const auto value = JsonReader().read(text, arena);
  REQUIRE(value.ok());
  return *value;
}

bool texts_agree(const std::string& expected, const std::string& got) {
  Arena arena;
  return agrees(json(expected, arena), json(got, arena));
}

}  // namespace

TEST_CASE("values agree as tests compare them") {
  CHECK(texts_agree("1", "1.0"));
  CHECK(texts_agree("0.1", "0.10000000000000001"));
  CHECK(texts_agree("1e300", "1.0000000000001e300"));
  CHECK_FALSE(texts_agree("1.0", "1.00000000001"));
  CHECK_FALSE(texts_agree("9007199254740993", "9007199254740992"));
  CHECK_FALSE(texts_agree("100000000000000000000000", "100000000000000000000001"));
  CHECK_FALSE(texts_agree("1", "\"1\""));
  CHECK(texts_agree(R"({"a":1,"b":[2.5]})", R"({"b":[2.5],"a":1})"));
  CHECK_FALSE(texts_agree(R"({"a":1})", R"({"a":1,"b":null})"));
  CHECK_FALSE(texts_agree("[1,2]", "[2,1]"));
  CHECK_FALSE(texts_agree("[1]", "[1,1]"));
}

TEST_CASE("what JSON cannot hold agrees with what it is written as") {
  CHECK(agrees(Value::null(), Value::number(std::numeric_limits<double>::quiet_NaN())));
  CHECK(agrees(Value::number(std::numeric_limits<double>::max()),
               Value::number(std::numeric_limits<double>::infinity())));
  CHECK_FALSE(agrees(Value::number(std::numeric_limits<double>::max()),
                     Value::number(-std::numeric_limits<double>::infinity())));
}

TEST_CASE("of an expected record only what is written is compared") {
  CapturedRecord got{Value::integer(1), Value::text("k"), Time(Duration(5)), Value::null()};
  CHECK(agrees(TestRecord{}, got));
  CHECK(agrees(TestRecord{.key = Value::text("k")}, got));
  CHECK_FALSE(agrees(TestRecord{.value = Value::integer(1), .key = Value::null()}, got));
  CHECK_FALSE(agrees(TestRecord{.time = no_time}, got));
}

TEST_CASE("as many pairs are made as there can be, whoever comes first") {
  // The first of the left side would take the only partner of the second.
  const std::vector<std::vector<bool>> may = {{true, true, false}, {true, false, false}, {true, true, false}};
  const Pairing pairing = pair_up(3, 3, [&](std::size_t left, std::size_t right) { return may[left][right]; });
  CHECK(pairing.missing == std::vector<std::size_t>{2});
  CHECK(pairing.unexpected == std::vector<std::size_t>{2});
}

TEST_CASE("the place where two values differ first") {
  struct Case {
    const char* expected;
    const char* got;
    const char* difference;
  };
  const Case cases[] = {{R"({"a":{"b":[1,2]}})", R"({"a":{"b":[1,3]}})", ".a.b[1]: expected 2, got 3"},
                        {R"({"a":1})", R"({"b":1})", ".a: expected 1, got nothing"},
                        {R"({"a":1})", R"({"a":1,"b":2})", ".b: expected nothing, got 2"},
                        {"[1]", "[1,2]", "[1]: expected nothing, got 2"},
                        {"1", "[]", ".: expected 1, got []"},
                        {R"({"a":1})", R"({"a":1.0})", ""}};
  for (const Case& each : cases) {
    Arena arena;
    CHECK(first_difference(json(each.expected, arena), json(each.got, arena)) == each.difference);
  }
}
