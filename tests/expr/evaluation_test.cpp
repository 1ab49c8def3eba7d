#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "expr/expression_files.hpp"

namespace {

std::vector<std::string> case_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(FLOWRUN_SOURCE_DIR "/tests/expr"))
    if (entry.path().extension() == ".test") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

TEST_CASE("expressions give the outputs and errors of the data files") {
  const auto files = case_files();
  REQUIRE(!files.empty());
  for (const auto& path : files) {
    for (const auto& expected : read_expression_cases(path)) {
      INFO(expected.file << ":" << expected.line << "\n" << expected.expression << "\n" << expected.input);
      const auto found = evaluate_case(expected.expression, expected.input);
      CHECK(found.outputs == expected.outputs);
      CHECK(found.error == expected.error);
      CHECK(found.fails == expected.fails);
    }
  }
}
