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

bool has_memory(const Value& value) { return value.kind() >= Kind::digits && !value.is_inline(); }

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
  Frame frame{run, nullptr, nullptr, nullptr};
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

  void begin(const Program::Tree& tree, std::span<const Value> given, Arena& arena) {
    run.arena = &arena;
    run.variables = given;
    run.steps_left = budget.steps;
    run.most_bytes = arena.bytes() + budget.bytes;
    run.lowest_stack = lowest_stack_address();
    run.owner = 0;
    run.stop = Stop::none;
    if (tree.variables > 0) reset_variables(tree.variables);
  }
  [[gnu::noinline]] void reset_variables(std::size_t count) {
    variables.assign(count, Value::null());
    frame.variables = variables.data();
  }
  // What was made on the way is not needed any more where the result does not point into it.
  void finish(Outcome& outcome, Arena::Mark mark) {
    if (run.stopped() || !run.can_walk(outcome.value)) [[unlikely]]
      fail(outcome);
    else if (!has_memory(outcome.value))
      run.arena->rewind(mark);
  }
  // The value is put where the caller wants it, at once: one that goes through the stack is waited for when it is copied.
  Outcome only(const Program::Tree& tree, const Value& input, std::span<const Value> given, Arena& arena) {
    const Arena::Mark mark = arena.mark();
    begin(tree, given, arena);
    Outcome outcome{Outputs::one, tree.root->one(frame, input)};
    if (outcome.value.is_nothing()) outcome.outputs = Outputs::none;
    finish(outcome, mark);
    return outcome;
  }
  [[gnu::noinline]] Outcome first(const Program::Tree& tree, const Value& input, std::span<const Value> given,
                                  Arena& arena) {
    const Arena::Mark mark = arena.mark();
    begin(tree, given, arena);
    Outcome outcome = first_of(*tree.root, frame, input);
    finish(outcome, mark);
    return outcome;
  }
  [[gnu::noinline]] void fail(Outcome& outcome) {
    note_error();
    outcome = {Outputs::error, {}};
  }
  void note_error() { error = run.stop == Stop::leave ? "break" : error_message(run.error); }
};

Machine::Machine(Budget budget) : state_(std::make_unique<State>(budget)) {}
Machine::~Machine() = default;

Outcome Machine::in_full(const Program& program, const Value& input, std::span<const Value> variables, Arena& arena) {
  const Program::Tree& tree = program.tree();
  return tree.root->is_single() ? state_->only(tree, input, variables, arena)
                                : state_->first(tree, input, variables, arena);
}

bool Machine::each(const Program& program, const Value& input, std::span<const Value> variables, Arena& arena,
                   std::vector<Value>& outputs) {
  const Program::Tree& tree = program.tree();
  state_->begin(tree, variables, arena);
  Evaluation& run = state_->run;
  tree.root->each(state_->frame, {input, nullptr}, [&](const Item& item) {
    if (run.owner != 0) share(run, item.value);
    if (!run.can_walk(item.value)) return false;
    outputs.push_back(item.value);
    return run.step();
  });
  if (run.stopped()) state_->note_error();
  return !run.stopped();
}

std::string_view Machine::error() const { return state_->error; }
void Machine::set_now(Time now) { state_->run.now = now; }
void Machine::set_print(std::function<void(std::string_view)> print) { state_->print = std::move(print); }

}  // namespace flowrun::expr
