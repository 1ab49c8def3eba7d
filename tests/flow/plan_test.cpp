#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "builtins.hpp"
#include "flow/describe.hpp"
#include "flow/load.hpp"
#include "support/source_folder.hpp"

using namespace flowrun;

namespace {

const std::filesystem::path folder = source_folder() / "tests/flows/plans";

std::string read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

LoadedFlow load(const std::filesystem::path& path) {
  LoadOptions options;
  options.registry = &builtins();
  return load_flow(path.string(), options);
}

}  // namespace

TEST_CASE("each flow has the plan that stands beside it") {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml") continue;
    ++count;
    INFO(entry.path().filename().string());
    const LoadedFlow loaded = load(entry.path());
    CHECK(loaded.diagnostics == "");
    REQUIRE(loaded.valid);
    std::filesystem::path expected = entry.path();
    CHECK(describe_plan(loaded.flow, loaded.compiled, PlanFormat::text) == read(expected.replace_extension(".plan")));
  }
  CHECK(count >= 6);
}
