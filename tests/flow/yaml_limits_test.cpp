#include <catch2/catch.hpp>

#include "flow/yaml_support.hpp"

using flowrun::YamlLimits;
using flowrun::testing::node_at;
using flowrun::testing::read;

TEST_CASE("a flow of more than 8 MiB is not read") {
  const std::string line = "# a comment of 32 characters....\n";
  std::string text = "flow: large\n";
  while (text.size() + line.size() <= YamlLimits::file_bytes) text += line;
  CHECK(read(text).faults == "");
  text.resize(YamlLimits::file_bytes + 1, '#');
  CHECK(read(text).faults ==
        "flow.yaml:1:1: error[file-size]: found 8388609 bytes, expected at most 8 MiB\n"
        "  flow: large\n"
        "  ^\n"
        "hint: keep data out of the flow, in a file that a source reads\n");
}

TEST_CASE("values may be nested 499 levels deep, in brackets and in lines") {
  const auto brackets = [](std::size_t levels) { return std::string(levels, '[') + "x" + std::string(levels, ']'); };
  const auto dashes = [](std::size_t levels) {
    std::string text;
    for (std::size_t i = 0; i < levels; ++i) text += "- ";
    return text + "x";
  };
  // The innermost text is a level of its own.
  for (const auto& nested : {brackets(498), dashes(498)}) CHECK(read(nested).faults == "");
  for (const auto& nested : {brackets(499), dashes(499), brackets(100'000), dashes(100'000)}) {
    const std::string faults = read(nested).faults;
    CHECK(faults.substr(0, faults.find('\n')).find("error[nesting]: found a value nested more than 499 levels deep") !=
          std::string::npos);
  }
}

TEST_CASE("of many brackets only those that YAML reads as such are levels") {
  const std::string many(20'000, '[');
  const std::string harmless[] = {
      "a: '" + many + "'",
      "a: \"\\\"" + many + "\"",
      "a: b # " + many,
      "a: |\n  " + many + "\n\n  " + many,
      "a: b\n  " + many,
      "- a: >-\n    " + many + "\n  b: c" + many,
      "a: [it's, 'it''s " + many + "', \"" + many + "\" # it's " + many + "\n  , b]",
      "a: { b: it's, c: 'it''s " + many + "', d: &e '" + many + "' }",
      "a: [b\n  'c, d, '" + many + "']",
  };
  for (const std::string& text : harmless) CHECK(read(text).faults == "");
  const std::string deep[] = {many, "a: " + many, "- a: '['\n  b: [c, {d: " + many, "'a': [ # it's\n'b', " + many};
  for (const std::string& text : deep) {
    const std::string faults = read(text).faults;
    CHECK(faults.find("error[nesting]: found a value nested more than 499 levels deep") != std::string::npos);
  }
}

TEST_CASE("a pair of brackets may hold 200 000 values, commas and brackets") {
  const auto list = [](std::size_t items) {
    std::string text = "a: [";
    for (std::size_t item = 0; item < items; ++item) text += "x,";
    return text + "]\n";
  };
  CHECK(read(list(99'999)).faults == "");
  CHECK(read("b: 1\n" + list(100'000)).faults.substr(0, 123) ==
        "flow.yaml:2:4: error[file-size]: found more than 200000 values, commas and brackets in one pair of brackets\n"
        "  a: [x,x,x,x,x");
}

TEST_CASE("aliases may stand for 100 000 nodes in all") {
  const auto text = [](int aliases) {
    std::string list = "a: &a [";
    for (int i = 0; i < 999; ++i) list += "x, ";
    list += "]\nb:\n";
    for (int i = 0; i < aliases; ++i) list += "- *a\n";
    return list;
  };
  const auto most = read(text(100));
  CHECK(most.faults == "");
  CHECK(node_at(most, "b").items.size() == 100);
  CHECK(read(text(102)).faults ==
        "flow.yaml:103:3: error[alias]: with `*a` aliases stand for more than 100000 nodes\n"
        "  - *a\n"
        "    ^^\n");
}

TEST_CASE("a large flow is read in a time that grows with its size") {
  // Were anything quadratic, this would not end while somebody waits.
  std::string text = "stream:\n";
  for (int i = 0; i < 20'000; ++i) text += "- map: { a: .b, 'c': \"d\\n\" }\n  id: step_" + std::to_string(i) + "\n";
  const auto reading = read(text);
  CHECK(reading.faults == "");
  CHECK(node_at(reading, "stream").items.size() == 20'000);
}
