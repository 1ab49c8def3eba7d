#include <cstdio>

#include "base/failure.hpp"
#include "command.hpp"
#include "load.hpp"

namespace flowrun {
namespace {

/// Checks one flow; says so if there is nothing to say.
ExitCode check_one(const std::string& flow, const Invocation& invocation) {
  const LoadedFlow loaded = load(flow, invocation, Missing::may_be_anything);
  std::fputs(loaded.diagnostics.c_str(), stderr);
  if (!loaded.valid || (invocation.has("strict") && !loaded.diagnostics.empty())) return ExitCode::invalid_flow;
  std::printf("%s: ok\n", flow.c_str());
  return ExitCode::success;
}

int check(const Invocation& invocation) {
  ExitCode worst = ExitCode::success;
  for (const std::string& flow : invocation.arguments) {
    ExitCode code;
    try {
      code = check_one(flow, invocation);
    } catch (const Failure& failure) {  // the others are to be checked all the same
      std::fprintf(stderr, "flowrun: error: %s\n", failure.what());
      code = failure.code() == ExitCode::plugin_not_loadable ? ExitCode::invalid_flow : failure.code();
    }
    if (worst == ExitCode::success) worst = code;
  }
  return static_cast<int>(worst);
}

}  // namespace

Command check_command() {
  Command made;
  made.name = "check";
  made.arguments = "FLOW...";
  made.fewest = 1;
  made.most = Command::any_number;
  made.summary = "says every fault of every file; opens and creates nothing";
  CommandOption strict;
  strict.name = "strict";
  strict.help = "warnings are faults";
  made.options = {strict};
  for (CommandOption& option : load_command_options()) made.options.push_back(std::move(option));
  made.examples = {{"flowrun check flows/*.yaml", "exit code 4 if one of them is not valid"}};
  made.run = check;
  return made;
}

}  // namespace flowrun
