#include <catch2/catch.hpp>

#include "expr/builtins.hpp"
#include "expr/expression_files.hpp"
#include "expr/parser.hpp"
#include "expr/program.hpp"

using namespace flowrun;

namespace {

Value object_of(Arena& arena, std::initializer_list<std::pair<std::string_view, Value>> fields) {
  Member* const members = new_members(arena, fields.size());
  std::size_t count = 0;
  for (const auto& [name, value] : fields) members[count++] = {Value::text(name, arena), value};
  return Value::object(members, count);
}

// What expressions of a flow see.
expr::Environment flow_environment() {
  static Arena arena;
  expr::Environment environment;
  environment.constants = {
      {"params", object_of(arena, {{"minimum", Value::integer(10)}, {"region", Value::text("eu")}})},
      {"ENV", object_of(arena, {{"HOME", Value::text("/root")}})}};
  environment.strict = {"params", "ENV"};
  environment.variables = {"key", "time", "meta"};
  return environment;
}

// "offset+length code: message (hint)", one line for each fault.
std::string faults_of(const std::string& text) {
  const auto compiled = expr::compile(text, flow_environment());
  if (compiled) return "";
  std::string all;
  for (const auto& fault : compiled.error()) {
    all += std::to_string(fault.offset) + "+" + std::to_string(fault.length) + " " + fault.code + ": " + fault.message;
    if (!fault.hint.empty()) all += " (" + fault.hint + ")";
    all += "\n";
  }
  return all;
}

struct Fault {
  const char* text;
  const char* message;
};

}  // namespace

TEST_CASE("a fault of an expression says what was found, what was expected and where") {
  const auto fault = GENERATE(
      Fault{
          "",
          "0+0 empty-expression: found an empty expression (write `.` for the record itself, `null` for jq's null)\n"},
      Fault{
          " # nothing\n",
          "0+11 empty-expression: found an empty expression (write `.` for the record itself, `null` for jq's null)\n"},
      Fault{".a +", "4+0 syntax: found the end of the expression, expected an expression\n"},
      Fault{".a )", "3+1 syntax: found `)`, expected an operator or the end of the expression\n"},
      Fault{"(.a", "3+0 syntax: found the end of the expression, expected `)` for the `(` before\n"},
      Fault{"[1, 2", "5+0 syntax: found the end of the expression, expected `]` for the `[` before\n"},
      Fault{"{a: 1", "5+0 syntax: found the end of the expression, expected `}` for the `{` before\n"},
      Fault{"{1: 2}",
            "1+1 syntax: found `1`, expected a field's name, `$name`, a text or `(` (keys are text: write `\"1\": "
            "value`)\n"},
      Fault{"{(1): 2}", "2+1 bad-key: Cannot use number (1) as object key (keys are text)\n"},
      Fault{".a && .b", "3+1 syntax: found `&`, expected an expression (jq writes `and`, `or` and `| not`)\n"},
      Fault{"'a'", "0+1 syntax: found `'`, expected an expression (texts stand in double quotes)\n"},
      Fault{".a ?// 1",
            "3+3 syntax: found `?//`, expected an operator or the end of the expression (write a blank between `?` and "
            "`//`)\n"},
      Fault{"1 < 2 < 3", "6+1 syntax: found `<`, expected an operator that may follow `<` (write parentheses)\n"},
      Fault{"\"abc", "4+0 syntax: found the end of the expression inside a text, expected `\"`\n"},
      Fault{"\"a\\q\"",
            "2+2 syntax: found `\\q` in a text, expected one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX "
            "\\( )\n"},
      Fault{"if . then 1", "11+0 syntax: found the end of the expression, expected `end`\n"},
      Fault{". as [$a, 1] | .", "10+1 syntax: found `1`, expected `$name`, `[` or `{`\n"},
      Fault{"1 + def f: 1; f",
            "4+3 syntax: found `def`, expected an expression (write the definition in parentheses: `(def f: .; f)`)\n"},
      Fault{". | selct(.a)", "4+5 unknown-function: `selct` is not a function (did you mean `select`?)\n"},
      Fault{
          "test(.a, .b, .c; 1; 2)",
          "0+4 unknown-function: `test` takes 1 or 2 arguments, found 3 arguments (arguments are separated by `;`)\n"},
      Fault{"map", "0+3 unknown-function: `map` takes 1 argument, found no argument\n"},
      Fault{"$kye", "0+4 unknown-variable: `$kye` is not a variable here (did you mean `$key`?)\n"},
      Fault{"break $out", "0+10 unknown-label: `$out` is not a label here (write `label $out | ...` around it)\n"},
      Fault{"$params.minimun", "0+15 unknown-parameter: `minimun` is not a parameter (did you mean `minimum`?)\n"},
      Fault{"$ENV.NOPE",
            "0+9 unset-environment: the environment variable `NOPE` is not set (set it, or write `$ENV.NOPE // "
            "\"default\"`)\n"},
      Fault{"test(\"(\")", "5+3 bad-regex: Regex failure: end pattern with unmatched parenthesis\n"},
      Fault{"gsub(\"a\"; \"b\"; \"q\")", "5+3 bad-regex: q is not a valid modifier string\n"},
      Fault{"@bas64",
            "0+6 unknown-format: `@bas64` is not a format (formats are @text @json @csv @tsv @html @uri @urid @sh "
            "@base64 @base64d @base32 @base32d)\n"},
      Fault{"input",
            "0+5 not-supported: `input` is not supported in an expression of a flow (a flow reads its sources; join "
            "streams with a step)\n"},
      Fault{
          "input_line_number",
          "0+17 not-supported: `input_line_number` is not supported in an expression of a flow (write `$meta.line`)\n"},
      Fault{".a | debug",
            "5+5 not-supported: `debug` is not supported in an expression of a flow (it is there in `flowrun eval`; in "
            "a flow use the step `inspect`)\n"},
      Fault{"import \"a\" as a; 1",
            "0+6 not-supported: `import` is not supported (write definitions under `functions`)\n"});
  CHECK(faults_of(fault.text) == fault.message);
}

TEST_CASE("all faults of names in one expression are reported, in the order in which they stand") {
  CHECK(faults_of("nope(.a) + $nope | lenght") ==
        "0+4 unknown-function: `nope` is not a function\n"
        "11+5 unknown-variable: `$nope` is not a variable here\n"
        "19+6 unknown-function: `lenght` is not a function (did you mean `length`?)\n");
}

TEST_CASE("an unset environment variable is no fault on the left of an alternative, nor by a computed name") {
  CHECK(faults_of("$ENV.NOPE // \"x\"") == "");
  CHECK(faults_of("$ENV[\"NO\" + \"PE\"]") == "");
  CHECK(faults_of("env.HOME") == "");
}

TEST_CASE("nesting beyond 10 000 is a fault, long chains of operators are not") {
  const auto repeated = [](const std::string& piece, std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += piece;
    return all;
  };
  CHECK(faults_of(repeated("(", 20000) + "1" + repeated(")", 20000))
            .find("nesting: the expression is nested too deeply") != std::string::npos);
  Arena arena;
  expr::Machine machine;
  const auto value_of = [&](const std::string& text) {
    const auto compiled = expr::compile(text, {});
    REQUIRE(compiled.ok());
    return machine.one(**compiled, Value::null(), {}, arena).value;
  };
  CHECK(value_of("1" + repeated("+1", 100000)).as_integer() == 100001);
  CHECK(value_of("1" + repeated("|.", 100000)).as_integer() == 1);
  CHECK(value_of("null" + repeated("//null", 100000)).is_null());
  CHECK(value_of("true" + repeated(" and true", 100000)).holds());
  CHECK(value_of("." + repeated("a.", 100000) + "a").is_null());
  CHECK(value_of("[" + repeated("1,", 100000) + "1]").size() == 100001);
  CHECK(value_of("if false then 1 " + repeated("elif false then 1 ", 100000) + "else 2 end").as_integer() == 2);
}

TEST_CASE("a text with interpolations gives a text") {
  Arena arena;
  expr::Machine machine;
  const auto compiled = expr::compile_interpolation("amount of \"\\(.a)\" is\\t\\(.b + 1)", {});
  REQUIRE(compiled.ok());
  const Value outcome =
      machine.one(**compiled, object_of(arena, {{"a", Value::text("x")}, {"b", Value::integer(1)}}), {}, arena).value;
  CHECK(std::string(outcome.as_text()) == "amount of \"x\" is\t2");
  CHECK(!expr::compile_interpolation("\\(.a", {}).ok());
}

TEST_CASE("functions of the flow are seen by its expressions, and by each other") {
  auto environment = flow_environment();
  environment.functions = "def cents: . * 100 | round; def double(f): f * 2; def price: double(cents);";
  Arena arena;
  expr::Machine machine;
  const auto compiled = expr::compile("price", environment);
  REQUIRE(compiled.ok());
  CHECK(machine.one(**compiled, Value::number(1.5), {}, arena).value.as_integer() == 300);
}

TEST_CASE("every builtin has a meaning, an example that is so, and one way to be called") {
  for (const auto* const builtin : expr::builtins()) {
    INFO(builtin->name << "/" << builtin->arity);
    CHECK(!builtin->meaning.empty());
    CHECK((builtin->function != nullptr) + (builtin->factory != nullptr) + !builtin->definition.empty() == 1);
    CHECK(expr::find_builtin(builtin->name, builtin->arity) == builtin);
    const expr::Example example = expr::example_of(*builtin);
    CHECK(example.expression.find(builtin->name) != std::string_view::npos);
    const auto found = evaluate_case(std::string(example.expression), "null");
    CHECK(found.outputs == std::vector<std::string>{std::string(example.output)});
  }
}
