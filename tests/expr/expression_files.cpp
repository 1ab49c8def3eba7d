#include "expr/expression_files.hpp"

#include <fstream>

#include "expr/program.hpp"
#include "record/json.hpp"

using namespace flowrun;

std::vector<ExpressionCase> read_expression_cases(const std::string& path) {
  std::vector<ExpressionCase> cases;
  std::ifstream file(path);
  std::string line;
  std::size_t number = 0;
  bool open = false;
  while (std::getline(file, line)) {
    ++number;
    if (line.empty()) open = false;
    if (line.empty() || (line[0] == '#' && !open)) continue;
    if (!open) {
      cases.emplace_back();
      cases.back().file = path.substr(path.rfind('/') + 1);
      cases.back().line = number;
      cases.back().expression = line;
      open = true;
      continue;
    }
    ExpressionCase& current = cases.back();
    const std::string rest = line.size() > 2 ? line.substr(2) : "";
    if (line.rfind("  ", 0) == 0) current.expression += "\n" + rest;
    if (line[0] == '<') current.input = rest;
    if (line[0] == '>') current.outputs.push_back(rest);
    if (line[0] == '!') {
      current.fails = true;
      current.error = rest;
    }
  }
  return cases;
}

namespace {

expr::Environment test_environment() {
  expr::Environment environment;
  static Arena arena;
  Member* const members = new_members(arena, 1);
  members[0] = {Value::text("PAGER"), Value::text("less")};
  environment.constants = {{"ENV", Value::object(members, 1)}};
  environment.interactive = true;
  return environment;
}

}  // namespace

EvaluatedCase evaluate_case(const std::string& expression, const std::string& input) {
  EvaluatedCase outcome;
  const auto compiled = expr::compile(expression, test_environment());
  if (!compiled) {
    outcome.fails = true;
    for (const auto& fault : compiled.error()) outcome.error += (outcome.error.empty() ? "" : "; ") + fault.message;
    return outcome;
  }
  Arena arena;
  expr::Machine machine;
  machine.set_now(Time(std::chrono::seconds(1425599621)));
  // JSON is jq, so the engine reads its own input.
  const auto reader = expr::compile(input, {});
  std::vector<Value> values;
  std::vector<Value> outputs;
  if (!reader || !machine.each(**reader, Value::null(), {}, arena, values)) return {{"bad input: " + input}, "", false};
  for (const Value& value : values) {
    outcome.fails = !machine.each(**compiled, value, {}, arena, outputs);
    if (outcome.fails) outcome.error = machine.error();
  }
  for (const Value& value : outputs) {
    std::string json;
    write_json(value, json);
    outcome.outputs.push_back(json);
  }
  return outcome;
}
