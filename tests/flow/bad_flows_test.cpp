#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "builtins.hpp"
#include "flow/load.hpp"
#include "flow/run_options.hpp"

namespace {

namespace fs = std::filesystem;
using namespace flowrun;

const fs::path source_folder = FLOWRUN_SOURCE_DIR;
const fs::path bad_folder = source_folder / "tests/flows/bad";

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<fs::path> files_of(const fs::path& folder, const std::string& extension) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string replace_all(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

// What `flowrun check` says of a file, with paths from its folder.
std::string check(const fs::path& path) {
  LoadOptions options;
  options.registry = &builtins();
  options.parameters.assume_missing = true;
  options.environment = {{"HOME", "/home/user"}};
  for (const RunOption& option : run_options()) {
    if (option.in_flow_file) options.run_options.push_back(option.spec);
  }
  const LoadedFlow loaded = load_flow(path.string(), options);
  return replace_all(loaded.diagnostics, bad_folder.string() + "/", "");
}

}  // namespace

TEST_CASE("every bad flow gets the messages that stand beside it") {
  const std::vector<fs::path> flows = files_of(bad_folder, ".yaml");
  for (const fs::path& flow : flows) {
    CAPTURE(flow.filename().string());
    CHECK(check(flow) == read_file(fs::path(flow).replace_extension(".expected")));
  }
}
