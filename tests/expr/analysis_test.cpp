#include <catch2/catch.hpp>

#include "expr/program.hpp"

using namespace flowrun;

namespace {

std::string show(const Projection& projection) {
  if (projection.whole) return "*";
  std::string text = "{";
  for (const auto& field : projection.fields)
    text += (text.size() > 1 ? "," : "") + field.name + ":" + show(field.projection);
  return text + "}";
}

expr::Environment environment() {
  expr::Environment made;
  made.variables = {"key", "time", "meta"};
  return made;
}

std::shared_ptr<const expr::Program> compiled(const std::string& text, const expr::Environment& seen) {
  auto program = expr::compile(text, seen);
  INFO(text);
  REQUIRE(program.ok());
  return *program;
}

struct Case {
  const char* text;
  const char* expected;
};

}  // namespace

TEST_CASE("an expression says which fields of its input it reads") {
  const auto sample = GENERATE(
      Case{".", "*"}, Case{"1", "{}"}, Case{".a", "{a:*}"}, Case{".a.b", "{a:{b:*}}"}, Case{".a | .b", "{a:{b:*}}"},
      Case{".a[\"b c\"]", "{a:{b c:*}}"}, Case{".a.b + .c", "{a:{b:*},c:*}"}, Case{"{x: .a, y: .b.c}", "{a:*,b:{c:*}}"},
      Case{"{a, b}", "{a:*,b:*}"}, Case{".items[0].sku", "{items:*}"}, Case{".[\"a\"]?", "{a:*}"}, Case{".[.k]", "*"},
      Case{"select(.a > 1) | .b", "{a:*,b:*}"}, Case{"if .a then .b else .c end", "{a:{},b:*,c:*}"},
      Case{".a // .b", "{a:*,b:*}"}, Case{". as $x | $x.a", "{a:*}"},
      Case{". as {a: $x, b: {c: $y}} | $x", "{a:*,b:{c:{}}}"}, Case{".a | type", "{a:{}}"},
      Case{"has(\"a\")", "{a:{}}"}, Case{"def f: .a; f + .b", "{a:*,b:*}"},
      Case{"def f(g): .a | g; f(.b)", "{a:{b:*}}"}, Case{"def f($x): $x.c; f(.a)", "{a:{c:*}}"}, Case{".a |= 1", "*"},
      Case{"keys", "*"}, Case{"..", "*"}, Case{"[.a[] | .b]", "{a:*}"}, Case{".a as $x | map($x.b)", "*"},
      Case{"reduce .a[] as $x (0; . + $x.b)", "{a:*}"}, Case{"\"\\(.a) \\(.b.c)\"", "{a:*,b:{c:*}}"},
      Case{"try .a catch .b", "{a:*}"}, Case{"first(.a, .b)", "{a:*,b:*}"}, Case{".a.b.c, .a.b", "{a:{b:*}}"},
      Case{"empty", "{}"}, Case{"def f: if .n > 0 then .n - 1 | f else . end; .a | f", "{a:*}"},
      Case{".a | contains(\"x\")", "{a:*}"}, Case{"any(.a, .b; .c)", "{a:{c:{}},b:{c:{}}}"});
  INFO(sample.text);
  CHECK(show(compiled(sample.text, environment())->reads()) == sample.expected);
}

TEST_CASE("an expression says which given variables it reads") {
  const auto program = compiled("$meta.line + 1 | select($key == \"a\")", environment());
  CHECK(program->reads_variable(expr::key_variable));
  CHECK(!program->reads_variable(expr::time_variable));
  CHECK(program->reads_variable(expr::meta_variable));
}

TEST_CASE("only an expression that gives its input unchanged is the identity") {
  CHECK(compiled(".", {})->is_identity());
  CHECK(compiled("(. | .)", {})->is_identity());
  CHECK(compiled("def f: 1; .", {})->is_identity());
  CHECK(!compiled(".a", {})->is_identity());
  CHECK(!compiled("select(true)", {})->is_identity());
}

TEST_CASE("texts that differ in blanks, comments and names of their own have one canonical text") {
  const auto same = GENERATE(Case{"def f(g): g; f(.a)", "def h(x): x; h(.a)"}, Case{".a.b", ".[\"a\"].b"},
                             Case{"label $a | break $a", "label $b | break $b"}, Case{"def unused: 1; .a", ".a"},
                             Case{"reduce .[] as $x (0; . + $x)", "reduce .[] as $item (0; .+$item)"});
  CHECK(compiled(same.text, {})->canonical_text() == compiled(same.expected, {})->canonical_text());
}

TEST_CASE("a canonical text compiles to itself") {
  for (const std::string text : {".",
                                 ".a.b[0]?",
                                 "..",
                                 ".[1:2]",
                                 ".[\"a b\"]",
                                 "-(.a)",
                                 "1 - -1",
                                 "(.a)?",
                                 "[.[] | .a, .b]",
                                 "{a: 1, (\"b\", .c): 2, \"d\\(.e)\": 3, f}",
                                 "@base64 \"x\\(.a)y\"",
                                 ".a // .b // 1",
                                 ".a and .b or .c",
                                 "if .a then 1 elif .b then 2 end",
                                 "try error(\"x\") catch .",
                                 "reduce .[] as [$a, {b: $c}] (0; . + $a)",
                                 "foreach .[] as {$a, b: [$d]} (0; 1; 2)",
                                 "label $out | 1, break $out",
                                 "def f(g; $x): def h: g + $x + x; h; f(.a; 1)",
                                 "def r: if . > 3 then . else . + 1 | r end; r",
                                 ".a |= (.b = 1 | . += 2)",
                                 ". as [$a] ?// $a | $a",
                                 "$key",
                                 "(1, 2) as $x | $x * 2",
                                 "[limit(3; repeat(.a))]",
                                 "\"\\u0000\\\"\\\\(\""}) {
    const auto seen = environment();
    const auto first = compiled(text, seen)->canonical_text();
    INFO(text << "\n" << first);
    CHECK(compiled(first, seen)->canonical_text() == first);
  }
}

TEST_CASE("known constants stand in the canonical text, the environment as a whole does not") {
  static Arena arena;
  Member* const members = new_members(arena, 1);
  members[0] = {Value::text("min"), Value::integer(5)};
  expr::Environment seen;
  seen.constants = {{"params", Value::object(members, 1)}, {"ENV", Value::object(members, 1)}};
  CHECK(compiled(".a > $params.min", seen)->canonical_text() == ".a>5");
  CHECK(compiled("$ENV | length", seen)->canonical_text() == "$ENV|length");
}
