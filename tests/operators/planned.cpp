#include "operators/planned.hpp"

#include <catch2/catch.hpp>

#include "operators/operators.hpp"
#include "record/json.hpp"

namespace flowrun {
namespace {

using Compiled = Result<std::shared_ptr<const expr::Program>, std::vector<expr::CompileError>>;

expr::Environment environment(const std::vector<std::string>& own_variables) {
  expr::Environment environment;
  environment.variables = {"key", "time", "meta"};
  environment.variables.insert(environment.variables.end(), own_variables.begin(), own_variables.end());
  return environment;
}

ProgramPtr accept(std::string_view text, Compiled compiled) {
  if (!compiled.ok()) FAIL("`" << text << "`: " << compiled.error().front().message);
  return *compiled;
}

Result<OperatorPlan, OptionFaults> plan(std::string_view name, const Options& options) {
  Registry registry;
  add_operators(registry);
  const OperatorEntry* const entry = registry.operation(name);
  if (entry == nullptr) FAIL("there is no operator " << name);
  return entry->plan(options);
}

}  // namespace

ProgramPtr program(std::string_view text, const std::vector<std::string>& own_variables) {
  return accept(text, expr::compile(text, environment(own_variables)));
}

ProgramPtr interpolation(std::string_view text) {
  return accept(text, expr::compile_interpolation(text, environment({})));
}

FieldPrograms fields(const std::vector<std::pair<std::string, std::string>>& texts) {
  FieldPrograms programs;
  for (const auto& [name, text] : texts) programs.push_back({name, program(text)});
  return programs;
}

Options single(OptionValue value) {
  Options options;
  options.set("", std::move(value));
  return options;
}

OperatorPlan planned(std::string_view name, const Options& options) {
  auto planned = plan(name, options);
  if (!planned.ok()) FAIL(name << ": " << planned.error().front().message);
  return *planned;
}

std::vector<std::string> faults_of(std::string_view name, const Options& options) {
  const auto planned = plan(name, options);
  std::vector<std::string> faults;
  if (!planned.ok())
    for (const OptionFault& fault : planned.error()) faults.push_back(fault.option + ": " + fault.message);
  return faults;
}

OperatorHarness harness_of(const OperatorPlan& plan) {
  return OperatorHarness(plan.make, static_cast<Port>(plan.outputs.size() + (plan.has_main_output ? 1 : 0)));
}

Values field_of(const Values& objects, std::string_view name) {
  Arena arena;
  JsonReader reader;
  Values found;
  for (const std::string& object : objects) {
    const auto value = reader.read(object, arena);
    const Value* const field = find(*value, name);
    std::string json;
    if (field != nullptr) write_json(*field, json);
    found.push_back(json);
  }
  return found;
}

}  // namespace flowrun
