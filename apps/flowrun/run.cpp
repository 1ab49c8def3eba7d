#include "base/failure.hpp"
#include "command.hpp"
#include "flow_file.hpp"
#include "run_settings.hpp"

namespace flowrun {
namespace {

/// Options of a time when one job could span processes, which people still try.
void refuse_scale_out(const Invocation& invocation) {
  for (const char* const name : {"process-id", "addresses"})
    if (invocation.has(name))
      throw Failure(ExitCode::usage, std::string("--") + name + ": one process per job: use -w");
}

int run(const Invocation& invocation) {
  refuse_scale_out(invocation);
  require_flow_file(invocation.arguments.front());
  const RunSettings settings = run_settings(invocation, {});
  static_cast<void>(settings);
  throw Failure(ExitCode::internal_error, "nothing runs yet");
}

CommandOption hidden(std::string name) {
  CommandOption option;
  option.name = std::move(name);
  option.value_name = "VALUE";
  option.hidden = true;
  return option;
}

}  // namespace

Command run_command() {
  Command made;
  made.name = "run";
  made.arguments = "FLOW";
  made.fewest = made.most = 1;
  made.summary = "runs a flow; the same as `flowrun FLOW`";
  made.options = run_command_options();
  made.options.push_back(hidden("process-id"));
  made.options.push_back(hidden("addresses"));
  made.examples = {{"flowrun flow.yaml", "runs it on one worker"},
                   {"flowrun flow.yaml -w 4 -p input=orders.jsonl", "on four, with a parameter"},
                   {"flowrun check flow.yaml", "only says what is wrong with it"}};
  made.run = run;
  return made;
}

}  // namespace flowrun
