#include <algorithm>

#include "expr/operations.hpp"
#include "expr/program.hpp"
#include "expr/regex.hpp"
#include "expr/tree.hpp"
#include "record/json.hpp"

namespace flowrun::expr {
namespace {

// The message of an error whose value is no text is the value.
std::string error_message(const Value& error) {
  if (error.is_text()) return std::string(error.as_text());
  std::string json;
  write_json(error, json);
  return json;
}

bool has_memory(const Value& value) {
  return value.kind() == Kind::array || value.kind() == Kind::object ||
         ((value.is_text() || value.kind() == Kind::digits) && !value.is_inline());
}

}  // namespace

struct Machine::State {
  Budget budget;
  Gatherings gatherings;
  RegexCache regexes;
  std::vector<Value> variables;
  std::string error;
  Time now{};
  std::function<void(std::string_view)> print;

  Evaluation begin(std::span<const Value> given, Arena& arena) {
    Evaluation run;
    run.arena = &arena;
    run.variables = given;
    run.now = now;
    run.regexes = &regexes;
    run.gatherings = &gatherings;
    run.print = &print;
    run.steps_left = budget.steps;
    run.most_bytes = arena.bytes() + budget.bytes;
    run.lowest_stack = lowest_stack_address();
    return run;
  }
  Frame outermost(const Program::Tree& tree, Evaluation& run) {
    variables.assign(tree.variables, Value::null());
    return {run, nullptr, variables.data(), nullptr};
  }
  Outcome failed(const Evaluation& run) {
    error = run.stop == Stop::leave ? "break" : error_message(run.error);
    return {Outputs::error, {}};
  }
};

Machine::Machine(Budget budget) : state_(std::make_unique<State>()) { state_->budget = budget; }
Machine::~Machine() = default;

Outcome Machine::one(const Program& program, const Value& input, std::span<const Value> variables, Arena& arena) {
  const Program::Tree& tree = program.tree();
  const Arena::Mark mark = arena.mark();
  Evaluation run = state_->begin(variables, arena);
  Frame frame = state_->outermost(tree, run);
  Outcome outcome{Outputs::none, {}};
  if (tree.root->is_single()) {
    outcome.value = tree.root->one(frame, input);
    if (!outcome.value.is_nothing()) outcome.outputs = Outputs::one;
  } else {
    tree.root->each(frame, {input, nullptr}, [&](const Item& item) {
      if (outcome.outputs == Outputs::none)
        outcome = {Outputs::one, item.value};
      else
        outcome.outputs = Outputs::several;
      return outcome.outputs == Outputs::one;
    });
  }
  if (run.stopped()) outcome = state_->failed(run);
  // What was made on the way is not needed any more where the result does not point into it.
  if (!has_memory(outcome.value)) arena.rewind(mark);
  return outcome;
}

bool Machine::each(const Program& program, const Value& input, std::span<const Value> variables, Arena& arena,
                   std::vector<Value>& outputs) {
  const Program::Tree& tree = program.tree();
  Evaluation run = state_->begin(variables, arena);
  Frame frame = state_->outermost(tree, run);
  tree.root->each(frame, {input, nullptr}, [&](const Item& item) {
    share(run, item.value);
    outputs.push_back(item.value);
    return run.step();
  });
  if (run.stopped()) state_->failed(run);
  return !run.stopped();
}

std::string_view Machine::error() const { return state_->error; }
void Machine::set_now(Time now) { state_->now = now; }
void Machine::set_print(std::function<void(std::string_view)> print) { state_->print = std::move(print); }

}  // namespace flowrun::expr
