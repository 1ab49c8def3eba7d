#include <catch2/catch.hpp>
#include <random>

#include "expr/program.hpp"
#include "expr/stack.hpp"

using namespace flowrun;

namespace {

// Definitions that call themselves and each other in all ways: f, g(x) with a closure, h($n) with a value.
class RecursivePrograms {
 public:
  explicit RecursivePrograms(std::uint32_t seed) : random_(seed) {}

  std::string next() {
    return "def h($n): " + body(3, 1) + "; def g(x): " + body(3, 2) + "; def f: def inner: " + body(2, 3) + " | f; " +
           body(3, 3) + " | if . == 0 then inner else . end; " + body(2, 3);
  }

 private:
  std::string pick(const std::vector<std::string>& choices) { return choices[random_() % choices.size()]; }

  // `%` stands for another body; `in` says which definitions are in sight: h, g, f, and in g its closure.
  std::string body(int depth, int in) {
    if (depth == 0) {
      std::vector<std::string> leaves = {".", "1", "[.]", ".[]?", "empty", "h(.)", "h(. - 1)"};
      if (in == 2) leaves.insert(leaves.end(), {"x", "g(x)"});
      if (in >= 2) leaves.insert(leaves.end(), {"g(.)", "g(h(.))"});
      if (in == 3) leaves.insert(leaves.end(), {"f", "g(f)"});
      return pick(leaves);
    }
    const std::string self = in == 1 ? "h(%)" : in == 2 ? "g(%)" : "f";
    std::vector<std::string> shapes = {"%",
                                       "%|%",
                                       "%,%",
                                       "[%]",
                                       "{a:%}",
                                       "%+1",
                                       "try % catch %",
                                       "(%)?",
                                       "if % then % else % end",
                                       "% as $x|[$x,%]",
                                       "reduce % as $x(.;%)",
                                       "foreach % as $x(.;%)",
                                       "path(%)",
                                       "first(%)",
                                       "limit(3;%)",
                                       "label $l|%|break $l",
                                       "%//%",
                                       "\"\\(%)\"",
                                       "[limit(5;repeat(%))]",
                                       "until(%;%)",
                                       "recurse(%)",
                                       "map(%)",
                                       ".[0]|=%",
                                       "walk(%)",
                                       "def k:%;k",
                                       "def k(y):%|y;k(%)",
                                       "[%]|sort_by(%)",
                                       "error(%)",
                                       "-%",
                                       "% and %"};
    shapes.insert(shapes.end(), {self, self + "|%", "%|" + self, self + "," + self, "%+" + self});
    const std::string shape = pick(shapes);
    std::string filled;
    for (const char c : shape)
      if (c == '%')
        filled += "(" + body(depth - 1, in) + ")";
      else
        filled += c;
    return filled;
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("random recursive definitions end, in outputs or in an error") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  RecursivePrograms programs(seed);
  expr::call_on_evaluation_stack([&] {
    expr::Machine machine({20'000, 4 * 1024 * 1024});
    Arena arena;
    std::vector<Value> outputs;
    for (int i = 0; i < 800; ++i) {
      const std::string text = programs.next();
      const auto compiled = expr::compile(text, {});
      if (!compiled) FAIL(text << "\n" << compiled.error()[0].message);
      for (const Value& input : {Value::null(), Value::integer(0)}) {
        arena.clear();
        outputs.clear();
        if (!machine.each(**compiled, input, {}, arena, outputs) && machine.error().empty())
          FAIL(text << ": no message");
      }
    }
  });
}

TEST_CASE("no output is an endless tree") {
  for (const char* const text :
       {"reduce range(64) as $i (1; [., .])", "reduce range(64) as $i (1; {a: ., b: .}) | ., 1"}) {
    const auto compiled = expr::compile(text, {});
    REQUIRE(compiled.ok());
    Arena arena;
    expr::Machine machine;
    CHECK(machine.one(**compiled, Value::null(), {}, arena).outputs == expr::Outputs::error);
    CHECK(std::string(machine.error()) == "the expression has used up its budget of memory");
    std::vector<Value> outputs;
    CHECK(!machine.each(**compiled, Value::null(), {}, arena, outputs));
  }
}

TEST_CASE("recursion without end is an error of the record on every stack") {
  const auto compiled = expr::compile("def f: 1 + f; try f catch .", {});
  REQUIRE(compiled.ok());
  const auto evaluate = [&] {
    Arena arena;
    expr::Machine machine;
    CHECK(machine.one(**compiled, Value::null(), {}, arena).outputs == expr::Outputs::error);
    CHECK(std::string(machine.error()) == "the expression recurses too deeply for the stack");
  };
  evaluate();
  expr::call_on_evaluation_stack(evaluate);
}
