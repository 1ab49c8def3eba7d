#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "expr/expression_files.hpp"
#include "support/source_folder.hpp"

namespace {

const std::string folder = flowrun::source_folder() / "tests/expr";

std::vector<ExpressionCase> cases_of(const std::string& of_folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(of_folder))
    if (entry.path().extension() == ".test") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  std::vector<ExpressionCase> cases;
  for (const auto& path : files)
    for (auto& each : read_expression_cases(path)) cases.push_back(std::move(each));
  return cases;
}

// What the README of the conformance cases says: a line "- `file:line` expression" for each case that differs.
std::set<std::string> listed_differences() {
  std::set<std::string> listed;
  std::ifstream file(folder + "/conformance/README.md");
  std::string line;
  while (std::getline(file, line))
    if (line.rfind("- `", 0) == 0) listed.insert(line);
  return listed;
}

}  // namespace

TEST_CASE("expressions give the outputs and errors of the data files and of the guide") {
  auto cases = cases_of(folder);
  const auto guide = read_guide_cases(flowrun::source_folder() / "config/expressions.md");
  REQUIRE(cases.size() > 100);
  REQUIRE(guide.size() > 15);
  cases.insert(cases.end(), guide.begin(), guide.end());
  for (const auto& expected : cases) {
    INFO(expected.file << ":" << expected.line << "\n" << expected.expression << "\n" << expected.input);
    const auto found = evaluate_case(expected.expression, expected.input);
    CHECK(found.outputs == expected.outputs);
    CHECK(found.error == expected.error);
    CHECK(found.fails == expected.fails);
    CHECK(found.faults == expected.faults);
  }
}

TEST_CASE("the cases of jq's own tests pass, but for those that are listed with a reason") {
  const auto cases = cases_of(folder + "/conformance");
  CHECK(cases.size() == 879);
  std::set<std::string> different;
  for (const auto& expected : cases) {
    if (evaluate_case(expected.expression, expected.input).is_as(expected)) continue;
    different.insert("- `" + expected.file + ":" + std::to_string(expected.line) + "` `` " + expected.expression +
                     " ``");
  }
  CHECK(different == listed_differences());
}
