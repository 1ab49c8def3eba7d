#include "flow/yaml_traps.hpp"

#include <catch2/catch.hpp>

#include "flow/yaml_support.hpp"

using namespace flowrun;
using flowrun::testing::node_at;
using flowrun::testing::read;

TEST_CASE("where YAML is to blame for a broken expression the hint says what to write") {
  struct Case {
    const char* text;  // the expression is at `e`
    const char* hint;
  };
  const Case cases[] = {
      {"e:", "write an expression: `.` is the whole record, `null` is jq's null"},
      {"e: ~", "`~` is YAML's null; jq's is `null`"},
      {"e: [.a, .b]", "an expression is a text to YAML: put it in single quotes: `e: '[.a, .b]'`"},
      {"e: {a: 'x'}",
       "an expression is a text to YAML: write it as a block: `e: |`, and the text indented on the next line"},
      {"e:\n  def f: 1",
       "`: ` makes a mapping of it: write the expression as a block, `e: |` and the text indented on the next lines"},
      {"e:\n- .a",
       "`- ` makes a sequence of it: write the expression as a block, `e: |` and the text indented on the next lines"},
      {"e: .a == \"x #1\"", "` #` begins a comment of YAML's; put it in single quotes: `e: '.a == \"x #1\"'`"},
      {"{e: (.a, b: c}", "within brackets `,` ends a text without quotes; put the whole expression in single quotes"},
      {"e: 'warn'", "YAML took the quotes; a text of jq's is `e: '\"warn\"'`"},
      {"e: >\n  .a # b\n  + 1", "`>` makes one line of the text, the rest of which `#` hides; write `|` instead"},
      {"e: .a > ${{ $params.b }}", "an expression needs no template: write `$params.b` in its place"},
      {"e: .a +", ""},
      {"e: '.a +'", ""},
      {"e: |\n  .a + # b\n", ""},
      {"{e: .a +, b: c}", ""},
  };
  for (const Case& one : cases) {
    CAPTURE(one.text);
    const auto reading = read(one.text);
    CHECK(expression_hint(*reading.source, "e", node_at(reading, "e")) == one.hint);
  }
}

TEST_CASE("a field without a value is probably the field of the same name") {
  const auto reading = read("user:\norder-id:\n");
  CHECK(expression_hint(*reading.source, "user", node_at(reading, "user"), true) == "write `user: .user`");
  CHECK(expression_hint(*reading.source, "order-id", node_at(reading, "order-id"), true) ==
        "write `order-id: .[\"order-id\"]`");
}

TEST_CASE("a template that YAML or a missing dollar has broken gets a hint") {
  struct Case {
    const char* text;
    const char* hint;
  };
  const Case cases[] = {
      {"e: data/{{ $params.a }}", "a template begins with `${{`"},
      {"e: ${{ $params.a # b }}", "` #` begins a comment of YAML's; put the whole text in single quotes"},
      {"e: { name: a }", ""},
      {"e: '${{ $params.a }}'", ""},
  };
  for (const Case& one : cases) {
    CAPTURE(one.text);
    const auto reading = read(one.text);
    CHECK(template_hint(*reading.source, "e", node_at(reading, "e")) == one.hint);
  }
}
