#include "flow/load.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/failure.hpp"
#include "builtins.hpp"
#include "flow/describe.hpp"
#include "support/temporary_folder.hpp"

using namespace flowrun;

namespace {

// A flow file of its own, loaded with what the environment gives.
class LoadedText {
 public:
  explicit LoadedText(const std::string& text) : path_(folder_.write("flow.yaml", text)) {
    options_.registry = &builtins();
  }

  LoadedText& parameter(const std::string& name, const std::string& value) {
    options_.parameters.texts[name] = value;
    options_.parameters.origins[name] = "-p " + name;
    return *this;
  }
  LoadedText& variable(const std::string& name, const std::string& value) {
    options_.environment[name] = value;
    return *this;
  }
  LoadedText& secrets_directory(const std::string& folder) {
    options_.secrets_directory = folder;
    return *this;
  }
  LoadedText& checking() {
    options_.parameters.assume_missing = true;
    return *this;
  }
  LoadedText& file(const std::string& name, const std::string& text) {
    folder_.write(name, text);
    return *this;
  }

  LoadedFlow load() { return load_flow(path_, options_); }

 private:
  TemporaryFolder folder_;
  std::string path_;
  LoadOptions options_;
};

std::string flow_with(const std::string& head, const std::string& step) {
  return "flow: f\n" + head + "stream:\n  - source: stdin\n  - " + step + "\n  - sink: drop\n";
}

// The resource of the flow's one sink, which shows what became of a template.
std::string resource_of(const LoadedFlow& loaded) {
  return std::get<SinkStep>(loaded.flow.steps.back().work).sink.resource;
}

std::string file_flow(const std::string& head, const std::string& path) {
  return "flow: f\n" + head + "stream:\n  - source: stdin\n  - sink:\n      file:\n        path: " + path + "\n";
}

}  // namespace

TEST_CASE("parameters have the types that they declare") {
  const std::string head =
      "params:\n"
      "  name: { default: x }\n"
      "  count: { type: integer, default: 5 }\n"
      "  ratio: { type: number, default: 0.5 }\n"
      "  deep: { type: boolean, default: false }\n"
      "  wait: { type: duration, default: 10s }\n"
      "  room: { type: size, default: 1KiB }\n"
      "  tree: { type: json, default: { a: [1, true] } }\n";
  struct Case {
    std::string expression;
    std::string name;
    std::string value;
  };
  // A condition over constants alone is checked by running it: `assert` of the flow is not needed, the plan must be valid.
  for (const Case& each : {Case{"$params.count + 1", "count", "7"}, Case{"$params.ratio * 2", "ratio", "0.25"},
                           Case{"$params.deep", "deep", "true"}, Case{"$params.tree.a[0]", "tree", "{\"a\":[3]}"}}) {
    INFO(each.expression);
    LoadedText text(flow_with(head, "map: " + each.expression));
    CHECK(text.load().diagnostics == "");
    CHECK(text.parameter(each.name, each.value).load().parameter_faults.empty());
  }
}

TEST_CASE("a parameter that is given wrong is named with how it was given") {
  const std::string head =
      "params:\n"
      "  count: { type: integer, default: 5 }\n"
      "  region: { required: true, choices: [eu, us], doc: where }\n";
  LoadedText text(flow_with(head, "filter: .n > $params.count"));
  CHECK(text.load().parameter_faults ==
        std::vector<std::string>{"the parameter `region` is required (where): give it with `-p region=VALUE`"});
  text.parameter("region", "su").parameter("count", "many").parameter("regoin", "eu");
  CHECK(text.load().parameter_faults ==
        std::vector<std::string>{
            "`-p count` is `many`, expected an integer", "`-p region` is `su`, expected `eu` or `us`",
            "`-p regoin`: the flow has no such parameter, expected `count` or `region`; did you mean `region`?"});
}

TEST_CASE("what only follows from a parameter that is given wrong is not reported") {
  const std::string head =
      "params:\n"
      "  size: { type: size, required: true }\n"
      "  out: { type: integer, default: 3 }\n"
      "  odd: { type: integr }\n";
  LoadedText text(file_flow(head, "'${{ $params.out }}/${{ $params.odd }}'"));
  text.parameter("size", "huge").parameter("out", "x").parameter("odd", "1");
  const LoadedFlow loaded = text.load();
  CHECK(loaded.parameter_faults.size() == 2);
  CHECK(loaded.diagnostics.find("unknown-choice") != std::string::npos);
  CHECK(std::count(loaded.diagnostics.begin(), loaded.diagnostics.end(), '\n') == 4);
}

TEST_CASE("each secret comes from the first place that has it, and only those that are wanted are read") {
  TemporaryFolder credentials;
  TemporaryFolder folder;
  credentials.write("a", "a1");
  folder.write("a", "a2");
  folder.write("b", "b2\n");
  folder.write("huge", std::string(2 * 1024 * 1024, 'x'));
  const auto secrets = [&](const std::string& expression) {
    LoadedText text(file_flow("", "'/tmp/${{ " + expression + " }}'"));
    text.secrets_directory(folder.path("")).variable("CREDENTIALS_DIRECTORY", credentials.path(""));
    for (const char* const name : {"a", "b", "c"}) text.variable("FLOWRUN_SECRET_" + std::string(name), "env");
    return text.load();
  };
  CHECK(resource_of(secrets("$secrets.a + $secrets.\"b\" + $secrets.c")).ends_with("/tmp/a1b2env"));
  CHECK(secrets("$secrets.d").diagnostics.find("unknown-secret") != std::string::npos);
  CHECK_THROWS_AS(secrets("$secrets.huge"), Failure);
  CHECK_THROWS_AS(secrets("$secrets[\"a\"]"), Failure);
}

TEST_CASE("a number is what JSON calls one, and keeps its digits") {
  const std::string head =
      "params: { n: { type: number, default: 1 }, i: { type: integer, default: 1 } }\n"
      "functions: 'def show: $params | tojson;'\n";
  const std::string flow = flow_with(head, "map: show");
  for (const char* const text : {"nan", "inf", "-infinity", "0x10", ".5", " 5", "1e400", ""})
    CHECK(LoadedText(flow).parameter("n", text).load().parameter_faults ==
          std::vector{"`-p n` is `" + std::string(text) + "`, expected a number"});
  for (const char* const text : {"123456789012345678901234567890", "1.10", "-0", "1e3"})
    CHECK(LoadedText(flow).parameter("n", text).load().parameter_faults.empty());
  for (const char* const text : {"9223372036854775807", "-9223372036854775808", "1e3", "2.0"})
    CHECK(LoadedText(flow).parameter("i", text).load().parameter_faults.empty());
  for (const char* const text : {"1.5", "nan", "x", "1e30"})
    CHECK(LoadedText(flow).parameter("i", text).load().parameter_faults ==
          std::vector{"`-p i` is `" + std::string(text) + "`, expected an integer"});
  CHECK(LoadedText(flow).parameter("i", "9223372036854775808").load().parameter_faults ==
        std::vector<std::string>{"`-p i` is `9223372036854775808`, expected an integer of 64 bits"});
}

TEST_CASE("a template may name a connector, a codec and the columns of a CSV") {
  const std::string flow =
      "flow: f\n"
      "params: { from: { required: true }, as: { required: true }, head: { type: json, required: true } }\n"
      "stream:\n"
      "  - source: '${{ $params.from }}'\n"
      "  - sink:\n"
      "      file: { path: /tmp/x }\n"
      "      encode: '${{ $params.as }}'\n"
      "  - from: source\n"
      "    sink:\n"
      "      stdout:\n"
      "      encode:\n"
      "        csv: { columns: ['${{ $params.as }}', b], header: '${{ $params.head }}' }\n";
  CHECK(LoadedText(flow).checking().load().diagnostics == "");
  LoadedText text(flow);
  text.parameter("from", "stdin").parameter("as", "lines").parameter("head", "true");
  const LoadedFlow loaded = text.load();
  CHECK(loaded.diagnostics == "");
  REQUIRE(loaded.flow.steps.size() == 3);
  CHECK(loaded.flow.steps[0].component == "stdin");
  CHECK(std::get<SinkStep>(loaded.flow.steps[1].work).codec == "lines");
  text.parameter("as", "jsn").parameter("from", "stdout");
  const std::string faults = text.load().diagnostics;
  CHECK(faults.find("there is no codec `jsn`") != std::string::npos);
  CHECK(faults.find("there is no source `stdout`") != std::string::npos);
}

TEST_CASE("a check takes what is required and missing as given") {
  LoadedText text(file_flow("params: { out: { required: true } }\n", "'${{ $params.out }}'"));
  const LoadedFlow loaded = text.checking().load();
  CHECK(loaded.diagnostics == "");
  CHECK(loaded.parameter_faults.empty());
}

TEST_CASE("templates stand for texts and typed values") {
  const std::string head = "params: { day: { default: monday }, n: { type: integer, default: 3 } }\n";
  struct Case {
    std::string path;
    std::string ends_in;
  };
  for (const Case& each :
       {Case{"'/tmp/${{ $params.day }}.jsonl'", "/tmp/monday.jsonl"},
        Case{"'/tmp/${{ $params.n }}-${{ $params.n + 1 }}'", "/tmp/3-4"},
        Case{"'${{ $ENV.OUT // \"/tmp/none\" }}'", "/tmp/none"}, Case{"'${{ \"/tmp/}}\" }}'", "/tmp/}}"},
        Case{"'${{ {a: {b: \"/tmp/x\"}} | .a.b }}'", "/tmp/x"}, Case{"'/tmp/$${{ x }}'", "/tmp/${{ x }}"},
        Case{"'/tmp/${{ $flow.name }}'", "/tmp/f"}}) {
    INFO(each.path);
    LoadedText text(file_flow(head, each.path));
    const LoadedFlow loaded = text.load();
    REQUIRE(loaded.diagnostics == "");
    CHECK(resource_of(loaded) == "file:" + each.ends_in);
  }
}

TEST_CASE("secrets come from the environment into templates alone") {
  LoadedText text(file_flow("", "'/tmp/${{ $secrets.PLACE }}'"));
  text.variable("FLOWRUN_SECRET_PLACE", "here");
  const LoadedFlow loaded = text.load();
  REQUIRE(loaded.diagnostics == "");
  CHECK(resource_of(loaded) == "file:/tmp/here");

  LoadedText expression(flow_with("", "filter: $secrets.PLACE == .place"));
  CHECK_FALSE(expression.variable("FLOWRUN_SECRET_PLACE", "here").load().valid);
  LoadedText through_environment(flow_with("", "filter: $ENV.FLOWRUN_SECRET_PLACE == .place"));
  CHECK_FALSE(through_environment.variable("FLOWRUN_SECRET_PLACE", "here").load().valid);
}

TEST_CASE("functions are seen by every expression, also from a file") {
  LoadedText inside(flow_with("functions: |\n  def cents: . * 100 | round;\n", "map: .amount | cents"));
  CHECK(inside.load().diagnostics == "");
  LoadedText beside(flow_with("functions: money.jq\n", "map: .amount | cents"));
  CHECK(beside.file("money.jq", "def cents: . * 100 | round;\n").load().diagnostics == "");
}

TEST_CASE("a fault of a functions file stands in that file") {
  LoadedText text(flow_with("functions: money.jq\n", "map: .amount"));
  const LoadedFlow loaded = text.file("money.jq", "def cents: . * 100 |\n  rond;\n").load();
  CHECK_FALSE(loaded.valid);
  CHECK(loaded.diagnostics.find("money.jq:2:3: error[unknown-function]") != std::string::npos);
}

TEST_CASE("a flow that is not there is a failure of its own kind") {
  LoadOptions options;
  options.registry = &builtins();
  try {
    load_flow("no-such.yaml", options);
    FAIL("loaded");
  } catch (const Failure& failure) {
    CHECK(failure.code() == ExitCode::flow_not_found);
    CHECK(std::string(failure.what()) == "cannot open 'no-such.yaml': No such file or directory");
  }
}
