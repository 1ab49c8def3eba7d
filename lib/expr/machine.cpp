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
  constexpr std::size_t most_bytes = 64 * 1024;  // of a value that may be an endless tree
  std::string json;
  write_json_start(error, most_bytes, json);
  return json;
}

bool has_memory(const Value& value) {
  return value.kind() == Kind::array || value.kind() == Kind::object ||
         ((value.is_text() || value.kind() == Kind::digits) && !value.is_inline());
}

Outcome first_of(const Node& root, Frame& frame, const Value& input) {
  Outcome outcome{Outputs::none, {}};
  root.each(frame, {input, nullptr}, [&](const Item& item) {
    if (outcome.outputs == Outputs::none)
      outcome = {Outputs::one, item.value};
    else
      outcome.outputs = Outputs::several;
    return outcome.outputs == Outputs::one;
  });
  return outcome;
}

}  // namespace

// Written for every record, so it shares no line of memory with that of another worker.
struct alignas(128) Machine::State {
  Budget budget;
  Evaluation run;  // the one that is going on
  Gatherings gatherings;
  RegexCache regexes;
  std::vector<Value> variables;
  std::string error;
  std::function<void(std::string_view)> print;

  explicit State(Budget given) : budget(given) {
    run.regexes = &regexes;
    run.gatherings = &gatherings;
    run.print = &print;
  }

  Frame begin(const Program::Tree& tree, std::span<const Value> given, Arena& arena) {
    run.arena = &arena;
    run.variables = given;
    run.steps_left = budget.steps;
    run.most_bytes = arena.bytes() + budget.bytes;
    run.lowest_stack = lowest_stack_address();
    run.owner = 0;
    run.labels = 0;
    run.stop = Stop::none;
    if (tree.variables > 0) variables.assign(tree.variables, Value::null());
    return {run, nullptr, variables.data(), nullptr};
  }
  // What was made on the way is not needed any more where the result does not point into it.
  Outcome finish(const Outcome& outcome, Arena::Mark mark) {
    if (run.stopped() || !run.can_walk(outcome.value)) return failed();
    if (!has_memory(outcome.value)) run.arena->rewind(mark);
    return outcome;
  }
  Outcome failed() {
    error = run.stop == Stop::leave ? "break" : error_message(run.error);
    return {Outputs::error, {}};
  }
};

Machine::Machine(Budget budget) : state_(std::make_unique<State>(budget)) {}
Machine::~Machine() = default;

Outcome Machine::one(const Program& program, const Value& input, std::span<const Value> variables, Arena& arena) {
  const Program::Tree& tree = program.tree();
  if (tree.is_identity) return {Outputs::one, input};
  const Arena::Mark mark = arena.mark();
  Frame frame = state_->begin(tree, variables, arena);
  if (!tree.root->is_single()) return state_->finish(first_of(*tree.root, frame, input), mark);
  // By itself, so that the value stays in registers.
  const Value value = tree.root->one(frame, input);
  if (state_->run.stopped() || !state_->run.can_walk(value)) [[unlikely]]
    return state_->failed();
  if (!has_memory(value)) arena.rewind(mark);
  return {value.is_nothing() ? Outputs::none : Outputs::one, value};
}

bool Machine::each(const Program& program, const Value& input, std::span<const Value> variables, Arena& arena,
                   std::vector<Value>& outputs) {
  const Program::Tree& tree = program.tree();
  Frame frame = state_->begin(tree, variables, arena);
  Evaluation& run = state_->run;
  tree.root->each(frame, {input, nullptr}, [&](const Item& item) {
    if (run.owner != 0) share(run, item.value);
    if (!run.can_walk(item.value)) return false;
    outputs.push_back(item.value);
    return run.step();
  });
  if (run.stopped()) state_->failed();
  return !run.stopped();
}

std::string_view Machine::error() const { return state_->error; }
void Machine::set_now(Time now) { state_->run.now = now; }
void Machine::set_print(std::function<void(std::string_view)> print) { state_->print = std::move(print); }

}  // namespace flowrun::expr
