#include "expr/expression_files.hpp"

#include <fstream>
#include <sstream>

#include "expr/eval_reader.hpp"
#include "expr/lenient_json.hpp"
#include "expr/program.hpp"
#include "expr/stack.hpp"
#include "record/json.hpp"

using namespace flowrun;

namespace {

// `number` is that of the line before.
std::vector<ExpressionCase> read_cases(std::istream& file, const std::string& path, std::size_t number) {
  std::vector<ExpressionCase> cases;
  std::string line;
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
    if (line[0] == 'x') current.faults = rest;
    if (line[0] == '!') {
      current.fails = true;
      current.error = rest;
    }
  }
  return cases;
}

}  // namespace

std::vector<ExpressionCase> read_expression_cases(const std::string& path) {
  std::ifstream file(path);
  return read_cases(file, path, 0);
}

std::vector<ExpressionCase> read_guide_cases(const std::string& path) {
  std::vector<ExpressionCase> cases;
  std::ifstream file(path);
  std::string line;
  std::string block;
  bool is_inside = false;
  for (std::size_t number = 1, begin = 0; std::getline(file, line); ++number) {
    if (line == "```jq") {
      is_inside = true;
      begin = number;
      block.clear();
    } else if (line == "```" && is_inside) {
      is_inside = false;
      std::istringstream stream(block);
      for (auto& each : read_cases(stream, path, begin)) cases.push_back(std::move(each));
    } else {
      block += line + "\n";
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

EvaluatedCase evaluate_here(const std::string& expression, const std::string& input) {
  EvaluatedCase outcome;
  const auto compiled = expr::compile(expression, test_environment());
  if (!compiled) {
    for (const auto& fault : compiled.error()) outcome.faults += (outcome.faults.empty() ? "" : " ") + fault.code;
    return outcome;
  }
  Arena arena;
  expr::Machine machine;
  machine.set_now(Time(std::chrono::seconds(1425599621)));
  std::istringstream stream(input);
  expr::ValueCutter cutter([&](std::span<char> room) {
    stream.read(room.data(), static_cast<std::streamsize>(room.size()));
    return static_cast<std::size_t>(stream.gcount());
  });
  std::vector<Value> outputs;
  for (auto text = cutter.next(); !text.empty(); text = cutter.next()) {
    const auto value = expr::read_lenient_json(text, arena);
    if (!value) return {{"bad input: " + value.error()}, "", false, ""};
    outcome.fails = !machine.each(**compiled, *value, {}, arena, outputs);
    if (outcome.fails) outcome.error = machine.error();
  }
  for (const Value& value : outputs) {
    std::string json;
    write_json(value, json);
    outcome.outputs.push_back(json);
  }
  return outcome;
}

}  // namespace

bool EvaluatedCase::is_as(const ExpressionCase& expected) const {
  return outputs == expected.outputs && error == expected.error && fails == expected.fails && faults == expected.faults;
}

EvaluatedCase evaluate_case(const std::string& expression, const std::string& input) {
  EvaluatedCase outcome;
  expr::call_on_evaluation_stack([&] { outcome = evaluate_here(expression, input); });
  return outcome;
}
