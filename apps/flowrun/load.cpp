#include "load.hpp"

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

#include "base/failure.hpp"
#include "builtins.hpp"
#include "flow/run_options.hpp"
#include "flow_file.hpp"
#include "run_settings.hpp"

namespace flowrun {
namespace {

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> variables;
  for (char** each = environ; *each != nullptr; each++) {
    const std::string text = *each;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

/// An option without a place in the flow file: the flag, else the variable of the environment, else nothing.
std::string flag_or_variable(const Invocation& invocation, std::string_view name) {
  const RunOption& option = *run_option(name);
  if (const std::string* const flag = invocation.find(option.flag())) return *flag;
  const char* const variable = std::getenv(option.variable.c_str());
  return variable != nullptr ? variable : "";
}

GivenParameters given_parameters(const Invocation& invocation, Missing missing) {
  GivenParameters given;
  given.assume_missing = missing == Missing::may_be_anything;
  for (const std::string& text : invocation.all("param")) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      throw Failure(ExitCode::usage, "-p \"" + text + "\": expected NAME=VALUE");
    const std::string name = text.substr(0, equals);
    given.texts[name] = text.substr(equals + 1);
    given.origins[name] = "-p " + name;
  }
  const std::string file = flag_or_variable(invocation, "params_file");
  if (!file.empty()) read_parameters_file(file, given);
  return given;
}

std::vector<OptionSpec> options_in_flow_file() {
  std::vector<OptionSpec> specs;
  for (const RunOption& option : run_options())
    if (option.in_flow_file) specs.push_back(option.spec);
  return specs;
}

}  // namespace

LoadedFlow load(const std::string& flow, const Invocation& invocation, Missing missing) {
  require_flow_file(flow);
  LoadOptions options;
  options.registry = &builtins();
  options.parameters = given_parameters(invocation, missing);
  options.environment = process_environment();
  require_known_variables(options.environment);
  options.secrets_directory = flag_or_variable(invocation, "secrets_dir");
  options.run_options = options_in_flow_file();
  LoadedFlow loaded = load_flow(flow, options);
  std::string faults;
  for (const std::string& fault : loaded.parameter_faults) faults += (faults.empty() ? "" : "\n") + fault;
  if (loaded.valid && !faults.empty()) throw Failure(ExitCode::usage, faults);
  if (!faults.empty()) loaded.diagnostics += faults + "\n";
  return loaded;
}

LoadedFlow load_valid(const std::string& flow, const Invocation& invocation, Missing missing) {
  LoadedFlow loaded = load(flow, invocation, missing);
  if (!loaded.valid) {
    std::string faults = loaded.diagnostics;
    if (!faults.empty() && faults.back() == '\n') faults.pop_back();
    throw Failure(ExitCode::invalid_flow, flow + " is not a valid flow\n" + faults);
  }
  std::fputs(loaded.diagnostics.c_str(), stderr);
  return loaded;
}

LoadOptions test_load_options() {
  LoadOptions options;
  options.registry = &builtins();
  options.parameters.assume_missing = true;
  for (auto& [name, value] : process_environment())
    if (name.rfind("FLOWRUN_", 0) != 0 && name != "CREDENTIALS_DIRECTORY") options.environment.emplace(name, value);
  options.run_options = options_in_flow_file();
  return options;
}

LoadedFlow load_for_tests(const std::string& flow, const LoadOptions& options) {
  require_flow_file(flow);
  return load_flow(flow, options);
}

std::vector<CommandOption> load_command_options() {
  std::vector<CommandOption> options;
  for (CommandOption& option : run_command_options())
    if (option.group == "Parameters") options.push_back(std::move(option));
  return options;
}

}  // namespace flowrun
