#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "base/failure.hpp"
#include "base/nearest.hpp"
#include "command.hpp"
#include "command_line.hpp"
#include "help.hpp"

namespace flowrun {
namespace {

/// `state`, but neither `state.yaml` nor `flows/state`.
bool looks_like_command(const std::string& word) {
  return std::all_of(word.begin(), word.end(), [](char byte) { return (byte >= 'a' && byte <= 'z') || byte == '-'; }) &&
         !word.empty() && word.front() != '-';
}

[[noreturn]] void fail_unknown(const std::string& word) {
  std::vector<std::string> names;
  for (const Command& each : commands()) names.push_back(each.name);
  const std::string near = did_you_mean(word, names);
  throw Failure(ExitCode::usage, "there is no command `" + word +
                                     "`\nhint: " + (near.empty() ? "`flowrun help` lists the commands" : near));
}

/// `flowrun FLOW` is short for `flowrun run FLOW`: what neither is a command nor looks like one is a flow.
const Command& pick(std::vector<std::string>& words) {
  if (words.empty()) throw Failure(ExitCode::usage, "no flow and no command\nhint: `flowrun help` shows what there is");
  const std::string first = words.front() == "--help" || words.front() == "-h" ? "help"
                            : words.front() == "--version"                     ? "version"
                                                                               : words.front();
  const Command* const named = command(first);
  std::error_code ignored;
  if (named == nullptr && looks_like_command(first) && !std::filesystem::exists(first, ignored)) fail_unknown(first);
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
