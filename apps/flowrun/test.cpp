#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

#include "base/failure.hpp"
#include "base/secrecy.hpp"
#include "command.hpp"
#include "junit.hpp"
#include "load.hpp"
#include "testing/test_suite.hpp"

namespace flowrun {
namespace {

constexpr std::size_t most_workers = 64;

/// `1,3`: each once, in the order written.
std::vector<std::size_t> worker_numbers(const Invocation& invocation) {
  const std::string* const text = invocation.find("workers");
  if (text == nullptr) return {1, 3};
  std::vector<std::size_t> numbers;
  std::istringstream words(*text + ",");
  for (std::string word; std::getline(words, word, ',');) {
    const bool is_number = !word.empty() && word.size() < 4 && word.find_first_not_of("0123456789") == word.npos;
    const std::size_t number = is_number ? std::stoul(word) : 0;
    if (number < 1 || number > most_workers)
      throw Failure(ExitCode::usage, "--workers \"" + *text + "\": expected numbers from 1 to 64, such as 1,3");
    if (std::find(numbers.begin(), numbers.end(), number) == numbers.end()) numbers.push_back(number);
  }
  return numbers;
}

std::string indented(const std::string& text) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) out += "    " + line + "\n";
  return out;
}

/// The tests of several flow files, one after the other, and what becomes of them.
class TestCommand {
 public:
  explicit TestCommand(const Invocation& invocation) : invocation_(invocation) {
    options_.workers = worker_numbers(invocation);
    if (const std::string* const filter = invocation.find("filter")) options_.filter = *filter;
    options_.load = test_load_options();
  }

  int run() {
    for (const std::string& flow : invocation_.arguments) {
      try {
        run_flow(flow);
      } catch (const Failure& failure) {  // the others are to be tested all the same
        std::fprintf(stderr, "flowrun: error: %s\n", failure.what());
        note(failure.code());
      }
    }
    if (const std::string* const path = invocation_.find("junit")) write_junit(*path);
    return finish();
  }

 private:
  void run_flow(const std::string& path) {
    const LoadedFlow flow = load_for_tests(path, options_.load);
    std::fputs(flow.diagnostics.c_str(), stderr);
    if (!flow.valid) return note(ExitCode::invalid_flow);
    if (flow.tests.empty()) std::printf("%s: no tests\n", path.c_str());
    FileOutcome& file = files_.emplace_back();
    file.flow = path;
    run_tests(path, flow, options_, [&](const TestOutcome& test) { tell(file, test); });
  }

  void tell(FileOutcome& file, const TestOutcome& test) {
    const bool passed = test.complaint.empty();
    std::printf("%s: %s: %s\n", file.flow.c_str(), test.name.c_str(), passed ? "ok" : "FAILED");
    std::fputs(indented(without_secrets(test.complaint)).c_str(), stdout);
    std::fflush(stdout);
    file.tests.push_back(test);
    ++tests_;
    if (!passed) ++failed_;
  }

  int finish() const {
    if (worst_ == ExitCode::success && tests_ == 0 && !options_.filter.empty())
      throw Failure(ExitCode::usage, "--filter \"" + options_.filter + "\": no test has that in its name");
    if (tests_ > 0) std::printf("%zu of %zu tests passed\n", tests_ - failed_, tests_);
    if (failed_ > 0) return static_cast<int>(ExitCode::tests_failed);
    return static_cast<int>(worst_);
  }

  void write_junit(const std::string& path) const {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << without_secrets(junit(files_));
    if (!file.flush()) throw Failure(ExitCode::running_failed, path + ": cannot be written");
  }

  void note(ExitCode code) {
    if (worst_ == ExitCode::success) worst_ = code;
  }

  const Invocation& invocation_;
  TestOptions options_;
  std::vector<FileOutcome> files_;
  std::size_t tests_ = 0;
  std::size_t failed_ = 0;
  ExitCode worst_ = ExitCode::success;
};

CommandOption option(std::string name, std::string value_name, std::string help, std::string default_text = {}) {
  CommandOption made;
  made.name = std::move(name);
  made.value_name = std::move(value_name);
  made.help = std::move(help);
  made.default_text = std::move(default_text);
  return made;
}

}  // namespace

Command test_command() {
  Command made;
  made.name = "test";
  made.arguments = "FLOW...";
  made.fewest = 1;
  made.most = Command::any_number;
  made.summary = "runs the tests in the files; opens and creates nothing that the flows name";
  made.options = {option("workers", "N,...", "each test runs on every one of these numbers of workers", "1,3"),
                  option("filter", "TEXT", "only tests with this in their names"),
                  option("junit", "FILE", "writes what became of them as JUnit's XML")};
  made.options.front().letter = 'w';
  made.examples = {{"flowrun test flows/*.yaml", "exit code 13 if one of them fails"},
                   {"flowrun test flow.yaml --filter late --workers 1", "some of them, on one worker"}};
  made.run = [](const Invocation& invocation) { return TestCommand(invocation).run(); };
  return made;
}

}  // namespace flowrun
