#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "builtins.hpp"
#include "flow/load.hpp"
#include "flow/run_options.hpp"
#include "support/source_folder.hpp"

namespace {

namespace fs = std::filesystem;
using namespace flowrun;

const fs::path bad_folder = source_folder() / "tests/flows/bad";

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

// The texts between each `open` and the next `close`.
void collect_between(const std::string& text, const std::string& open, const std::string& close,
                     std::set<std::string>& found) {
  for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
    at += open.size();
    found.insert(text.substr(at, text.find(close, at) - at));
  }
}

// In the folders of expressions and components, names with a dash in quotes are codes and nothing else.
void collect_codes(const std::string& text, std::set<std::string>& found) {
  std::set<std::string> quoted;
  collect_between(text, "\"", "\"", quoted);
  for (const std::string& name : quoted) {
    const bool is_code = name.find('-', 1) < name.size() - 1 &&
                         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string::npos;
    if (is_code) found.insert(name);
  }
}

// What `flowrun check` says of a file, with paths from its folder; of a file `run-...` what `flowrun run` says.
std::string check(const fs::path& path) {
  LoadOptions options;
  options.registry = &builtins();
  options.parameters.assume_missing = path.filename().string().rfind("run-", 0) != 0;
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

TEST_CASE("there is a bad flow beside every message") {
  for (const fs::path& expected : files_of(bad_folder, ".expected")) {
    CAPTURE(expected.filename().string());
    CHECK(fs::exists(fs::path(expected).replace_extension(".yaml")));
  }
}

TEST_CASE("there is a bad flow for every code of a diagnostic") {
  // Of this no file of a reasonable size can be kept; it has a test of its own.
  std::set<std::string> shown = {"file-size"};
  for (const fs::path& expected : files_of(bad_folder, ".expected")) {
    const std::string text = read_file(expected);
    collect_between(text, ": error[", "]", shown);
    collect_between(text, ": warning[", "]", shown);
  }
  std::set<std::string> known = {"syntax"};
  collect_between(read_file(source_folder() / "lib/flow/diagnostic_codes.hpp"), " = \"", "\";", known);
  for (const char* folder : {"expr", "operators", "connectors", "codecs"}) {
    for (const fs::path& file : files_of(source_folder() / "lib" / folder, ".cpp"))
      if (file.filename() != "builtin_examples.cpp") collect_codes(read_file(file), known);
  }
  CHECK(shown == known);
}
