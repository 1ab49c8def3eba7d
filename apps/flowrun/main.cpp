#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "base/failure.hpp"
#include "command.hpp"
#include "command_line.hpp"
#include "help.hpp"

namespace flowrun {
namespace {

/// `flowrun FLOW` is short for `flowrun run FLOW`: whatever is no command is a flow.
const Command& pick(std::vector<std::string>& words) {
  if (words.empty()) throw Failure(ExitCode::usage, "no flow and no command\nhint: `flowrun help` shows what there is");
  const std::string first = words.front() == "--help" || words.front() == "-h" ? "help"
                            : words.front() == "--version"                     ? "version"
                                                                               : words.front();
  const Command* const named = command(first);
  if (named == nullptr) return *command("run");
  words.erase(words.begin());
  return *named;
}

int run(std::vector<std::string> words) {
  const Command& chosen = pick(words);
  const Invocation invocation = parse_command_line(chosen, std::move(words));
  if (invocation.has("help")) {
    std::fputs(help_page(chosen).c_str(), stdout);
    return 0;
  }
  return chosen.run(invocation);
}

/// What was asked for must have been written: a full disk behind `flowrun schema > file` is no success.
int with_flushed_output(int code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  throw Failure(ExitCode::running_failed, "standard output cannot be written");
}

}  // namespace
}  // namespace flowrun

int main(int argc, char** argv) {
  using flowrun::ExitCode;
  try {
    return flowrun::with_flushed_output(flowrun::run({argv + 1, argv + argc}));
  } catch (const flowrun::Failure& failure) {
    std::fprintf(stderr, "flowrun: error: %s\n", failure.what());
    return static_cast<int>(failure.code());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "flowrun: error: internal error: %s\n", error.what());
    return static_cast<int>(ExitCode::internal_error);
  }
}
