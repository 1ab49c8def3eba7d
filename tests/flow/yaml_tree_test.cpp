#include <catch2/catch.hpp>

#include "flow/yaml_support.hpp"

using flowrun::testing::describe;
using flowrun::testing::read;

TEST_CASE("a YAML text becomes a tree with the place of every node") {
  struct Case {
    const char* text;
    const char* tree;
  };
  const Case cases[] = {
      {"a: 1", "{a: <1>@1:4}@1:1"},
      {"a:\n  b: c d\n  e: [f, 'g']\n", "{a: {b: <c d>@2:6, e: [<f>@3:7, '<g>@3:10]@3:6}@2:3}@1:1"},
      {"- a\n- b: c\n  d: e\n-\n  - f\n", "[<a>@1:3, {b: <c>@2:6, d: <e>@3:6}@2:3, [<f>@5:5]@5:3]@1:1"},
      {"a: \"b\"\nc: |\n  d\n  e\nf: >-\n  g\n  h\n", "{a: \"<b>@1:4, c: |<d\ne\n>@2:4, f: ><g h>@5:4}@1:1"},
      {"a: null\nb: ~\nc: NULL\n", "{a: null@1:4, b: ~@2:4, c: NULL@3:4}@1:1"},
      {"a: 'null'\nb: nullable\n", "{a: '<null>@1:4, b: <nullable>@2:4}@1:1"},
      {"a:\nb:\n", "{a: @1:3, b: @2:3}@1:1"},
      {"a:\nnull: 1\n", "{a: @1:3, null: <1>@2:7}@1:1"},
      {"a:\n  null\nb: 1\n", "{a: null@2:3, b: <1>@3:4}@1:1"},
      {"a: # nothing\n\nb: 1\n", "{a: @1:3, b: <1>@3:4}@1:1"},
      {"a:\n  b:\n    c:\nnull: d\n", "{a: {b: {c: @3:7}@3:5}@2:3, null: <d>@4:7}@1:1"},
      {"-\n-\n- a\n-", "[@1:2, @2:2, <a>@3:3, @4:2]@1:1"},
      {"- -\n- ~\n", "[[@1:4]@1:3, ~@2:3]@1:1"},
      {"{a, b: , c: [d: e]}", "{a: @1:3, b: @1:7, c: [{d: <e>@1:17}@1:14]@1:13}@1:1"},
      {"a: &x\nb: 1\n", "{a: @1:3, b: <1>@2:4}@1:1"},
      {"\"a b\": 1\n'c': 2\n? d\n: 3\n", "{a b: <1>@1:8, c: <2>@2:6, d: <3>@4:3}@1:1"},
      {"--- \na: 1\n...\n", "{a: <1>@2:4}@2:1"},
      {"\xEF\xBB\xBF"
       "a: 1\r\nb: |\r\n  c\r\n  d\r\n",
       "{a: <1>@1:4, b: |<c\nd\n>@2:4}@1:1"},
      {"ä: ö ü\nß: 'é'\n", "{ä: <ö ü>@1:4, ß: '<é>@2:4}@1:1"},
      {"a: \"\\N\\_\\x41\\u00e9\"",
       "{a: \"<\xC2\x85\xC2\xA0"
       "Aé>@1:4}@1:1"},
      {"just text", "<just text>@1:1"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.text);
    const auto reading = read(one.text);
    CHECK(reading.faults == "");
    CHECK(describe(reading) == one.tree);
  }
}

TEST_CASE("aliases stand for what they name, and merges bring what is not written out") {
  struct Case {
    const char* text;
    const char* tree;
  };
  const Case cases[] = {
      {"a: &x 1\nb: *x\n", "{a: <1>@1:7, b: <1>@1:7}@1:1"},
      {"a: &x {b: 1}\nc: [*x, *x]\n", "{a: {b: <1>@1:11}@1:7, c: [{b: <1>@1:11}@1:7, {b: <1>@1:11}@1:7]@2:4}@1:1"},
      {"a: &x\n  b: 1\n  c: 2\nd:\n  <<: *x\n  c: 3\n",
       "{a: {b: <1>@2:6, c: <2>@3:6}@2:3, d: {c: <3>@6:6, <<b: <1>@2:6}@5:3}@1:1"},
      {"a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne: {<<: [*x, *y]}\n",
       "{a: {b: <1>@1:11}@1:7, c: {b: <2>@2:11, d: <3>@2:17}@2:7, e: {<<b: <1>@1:11, <<d: <3>@2:17}@3:4}@1:1"},
      {"&k a: 1\n*k : 2", "{a: <1>@1:7}@1:1"},
      {"'<<': {a: 1}", "{<<: {a: <1>@1:11}@1:7}@1:1"},
      {"a: &x 1\nb: &x 2\nc: *x\n", "{a: <1>@1:7, b: <2>@2:7, c: <2>@2:7}@1:1"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.text);
    CHECK(describe(read(one.text)) == one.tree);
  }
}
