#include <catch2/catch.hpp>

#include "expr/program.hpp"
#include "record/json.hpp"

using namespace flowrun;

namespace {

Value parsed(const std::string& json, Arena& arena) {
  expr::Machine machine;
  const auto program = expr::compile("fromjson", {});
  return machine.one(**program, Value::text(json, arena), {}, arena).value;
}

// What one evaluation says: its output as JSON, "none" or the error.
std::string said(expr::Machine& machine, const std::string& expression, const Value& input, Arena& arena) {
  const auto program = expr::compile(expression, {});
  REQUIRE(program);
  const auto outcome = machine.one(**program, input, {}, arena);
  if (outcome.outputs == expr::Outputs::error) return "error: " + std::string(machine.error());
  if (outcome.outputs == expr::Outputs::none) return "none";
  std::string json;
  write_json(outcome.value, json);
  return json;
}

const std::vector<std::string> inputs = {
    R"({"id":1,"user":"ada","price":2.5,"count":3,"tags":["x"],"a name longer than inline":7})",
    R"({"count":9223372036854775807,"price":-0.0,"user":null,"id":{"deep":{"er":1}}})",
    R"({"count":"many","price":1.10,"user":"a user that is not held inline","tags":[]})",
    R"({"price":18446744073709551616,"count":-1,"id":true})",
    R"({})",
    R"([1,2])",
    R"("text")",
    R"(7)",
    R"(null)",
    R"({"a":0,"b":0,"c":0,"d":0,"e":0,"f":0,"g":0,"h":0,"i":0,"j":0,"k":0,"l":0,"m":0,"n":0,"o":0,"p":0,"id":4,"count":2})"};

// Each of which may take a shortcut for some inputs.
const std::vector<std::string> expressions = {".",
                                              ".price",
                                              ".\"a name longer than inline\"",
                                              ".count * 2 + 1 > 7",
                                              ".count - 1",
                                              ".price / 2",
                                              ".price / 0",
                                              ".count / 2",
                                              ".price % 2",
                                              ".count + .count",
                                              ".price * .count",
                                              ".price / .price",
                                              ". + 1",
                                              ".count == 3",
                                              ".count != .id",
                                              ".count < .price",
                                              ".price >= 2.5",
                                              ".user == \"ada\"",
                                              ".user != \"ada\"",
                                              ".count > 1 and .user == \"ada\"",
                                              ".count > 1 or .price > 1",
                                              ".user | contains(\"d\")",
                                              ".price * 0.9 > 2 and (.user | contains(\"d\"))",
                                              ".count | . + 1 | . * 2",
                                              ".count + 1 | 5",
                                              ".id | .deep",
                                              "{id, user, total: (.price * 2)}",
                                              "{user, id}",
                                              "{count, id, count2: .count, big: (.count > 2), one: 1, all: .}",
                                              "{id: {id}, tags}",
                                              "{(.user): 1}",
                                              "[.count] | .[0]",
                                              "{id} | .id"};

}  // namespace

TEST_CASE("an expression that takes a shortcut says what it says as the body of a definition") {
  expr::Machine machine;
  for (const auto& text : inputs) {
    Arena arena;
    const Value input = parsed(text, arena);
    REQUIRE(!input.is_nothing());
    for (const auto& expression : expressions) {
      INFO(expression << " of " << text);
      const auto in_full = said(machine, "def body: " + expression + "; body", input, arena);
      CHECK(said(machine, expression, input, arena) == in_full);
    }
  }
}

TEST_CASE("fields, conditions of numbers and records of them need no machine") {
  Arena arena;
  const Value input = parsed(inputs[0], arena);
  for (const auto& expression : {".price", ".count * 2 + 1 > 7", ".count > 1 and (.user | contains(\"d\"))",
                                 "{user, id, total: (.price * 2)}"}) {
    INFO(expression);
    const auto program = expr::compile(expression, {});
    REQUIRE(program);
    CHECK(!(*program)->shortcut(input, arena).is_nothing());
  }
  const auto joined = expr::compile(".user + \"!\"", {});
  REQUIRE(joined);
  CHECK((*joined)->shortcut(input, arena).is_nothing());
}

TEST_CASE("what took a shortcut is counted among the levels of what is made of it") {
  expr::Machine machine;
  Arena arena;
  Value value = Value::integer(1);
  const auto program = expr::compile("{price: .}", {});
  REQUIRE(program);
  for (int level = 1; level <= 3; ++level) {
    value = machine.one(**program, value, {}, arena).value;
    REQUIRE(value.kind() == Kind::object);
    CHECK(value.nesting() == static_cast<std::size_t>(level));
  }
}
