#include "flow/diagnostic.hpp"

#include <catch2/catch.hpp>

using namespace flowrun;

namespace {

// One error at `bad` of the text, as it is shown.
std::string shown(std::string_view text, std::string_view bad, std::string message = "found it",
                  std::string hint = "") {
  const auto source = std::make_shared<SourceText>("flow.yaml", text);
  Diagnostics diagnostics(source);
  const std::size_t begin = source->text().find(bad);
  diagnostics.error("code", {begin, begin + bad.size()}, std::move(message), std::move(hint));
  return diagnostics.render();
}

}  // namespace

TEST_CASE("a diagnostic shows its line, a caret under what is wrong, and a hint") {
  CHECK(shown("flow: a\nstream: bad # why\n", "bad", "found `bad`, expected a list", "write `stream:`") ==
        "flow.yaml:2:9: error[code]: found `bad`, expected a list\n"
        "  stream: bad # why\n"
        "          ^^^\n"
        "hint: write `stream:`\n");
}

TEST_CASE("columns count code points, and tabs are expanded under the caret") {
  CHECK(shown("é😀\tx\tbad", "bad") ==
        "flow.yaml:1:6: error[code]: found it\n"
        "  é😀  x   bad\n"
        "          ^^^\n");
}

TEST_CASE("an empty span and one over several lines are shown on their first line") {
  CHECK(shown("a:\nb", "") == "flow.yaml:1:1: error[code]: found it\n  a:\n  ^\n");
  CHECK(shown("a: |\n  b\n", "|\n  b") == "flow.yaml:1:4: error[code]: found it\n  a: |\n     ^\n");
  CHECK(shown("a:\n\nb", "\nb") == "flow.yaml:2:1: error[code]: found it\n");
}

TEST_CASE("a fault at the end of a line has its caret behind it") {
  const auto source = std::make_shared<SourceText>("flow.yaml", "a:\nb: 1");
  Diagnostics diagnostics(source);
  diagnostics.error("code", {2, 2}, "nothing");
  diagnostics.error("code", {99, 99}, "the end");
  CHECK(diagnostics.render() ==
        "flow.yaml:1:3: error[code]: nothing\n"
        "  a:\n"
        "    ^\n"
        "flow.yaml:2:5: error[code]: the end\n"
        "  b: 1\n"
        "      ^\n");
}

TEST_CASE("a long line is cut around the caret") {
  const std::string many(200, 'x');
  const std::string sixty(60, 'x'), fifty_seven(57, 'x');
  CHECK(shown(many + "bad" + many, "bad") ==
        "flow.yaml:1:201: error[code]: found it\n"
        "  ..." +
            sixty + "bad" + fifty_seven +
            "...\n"
            "     " +
            std::string(60, ' ') + "^^^\n");
  CHECK(shown("bad" + many, "bad") ==
        "flow.yaml:1:1: error[code]: found it\n"
        "  bad" +
            std::string(117, 'x') +
            "...\n"
            "  ^^^\n");
}

TEST_CASE("what a terminal would obey is not printed") {
  CHECK(shown("a\x1b[31m\x7f\xC2\x9B\xE2\x80\xAE\xFFz", "z", "found \x1b[2J\nand more") ==
        "flow.yaml:1:11: error[code]: found \xEF\xBF\xBD[2J and more\n"
        "  a\xEF\xBF\xBD[31m\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\n"
        "            ^\n");
}

TEST_CASE("diagnostics come in the order of their places, each once, those of other files last") {
  const auto source = std::make_shared<SourceText>("flow.yaml", "one\ntwo\n");
  Diagnostics diagnostics(source);
  CHECK_FALSE(diagnostics.has_errors());
  diagnostics.warning("second", {4, 7}, "a warning");
  CHECK_FALSE(diagnostics.has_errors());
  const auto functions = std::make_shared<SourceText>("f.jq", "def");
  diagnostics.add({Severity::error, "third", {0, 3}, "of another file", "", functions});
  diagnostics.error("first", {0, 3}, "seen twice");
  diagnostics.error("first", {0, 3}, "seen twice");
  CHECK(diagnostics.has_errors());
  CHECK(diagnostics.render() ==
        "flow.yaml:1:1: error[first]: seen twice\n  one\n  ^^^\n"
        "flow.yaml:2:1: warning[second]: a warning\n  two\n  ^^^\n"
        "f.jq:1:1: error[third]: of another file\n  def\n  ^^^\n");
}

TEST_CASE("a byte order mark and carriage returns do not count") {
  const SourceText source("flow.yaml",
                          "\xEF\xBB\xBF"
                          "a\r\nb\rc\r\n");
  CHECK(source.text() == "a\nb\rc\n");
  CHECK(SourceText("flow.yaml", "\xEF\xBB\xBF\xEF\xBB\xBF").text() == "");
  CHECK(source.lines() == 3);
  CHECK(source.line(2) == "b\rc");
  CHECK(source.line(4) == "");
  CHECK(source.line_begin(2) == 2);
  CHECK(source.position(2).line == 2);
}
