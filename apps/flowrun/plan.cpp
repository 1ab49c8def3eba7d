#include <cstdio>

#include "base/secrecy.hpp"
#include "command.hpp"
#include "flow/describe.hpp"
#include "load.hpp"

namespace flowrun {
namespace {

int plan(const Invocation& invocation) {
  const LoadedFlow loaded = load_valid(invocation.arguments.front(), invocation, Missing::is_a_fault);
  const std::string* const format = invocation.find("format");
  const PlanFormat chosen = format == nullptr || *format == "text" ? PlanFormat::text
                            : *format == "json"                    ? PlanFormat::json
                                                                   : PlanFormat::mermaid;
  std::fputs(without_secrets(describe_plan(loaded.flow, loaded.compiled, chosen)).c_str(), stdout);
  return 0;
}

}  // namespace

Command plan_command() {
  Command made;
  made.name = "plan";
  made.arguments = "FLOW";
  made.fewest = made.most = 1;
  made.summary = "shows the compiled plan: steps, what they read, what crosses workers, guarantees";
  CommandOption format;
  format.name = "format";
  format.value_name = "FORMAT";
  format.help = "of the plan";
  format.choices = {"text", "json", "mermaid"};
  format.default_text = "text";
  made.options = {format};
  for (CommandOption& option : load_command_options()) made.options.push_back(std::move(option));
  made.examples = {{"flowrun plan flow.yaml", "for a person"},
                   {"flowrun plan flow.yaml --format mermaid", "as a diagram"}};
  made.run = plan;
  return made;
}

}  // namespace flowrun
