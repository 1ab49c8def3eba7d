#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "record/arena.hpp"
#include "record/projection.hpp"
#include "record/value.hpp"

namespace flowrun::expr {

/// A fault of an expression's text. `offset` and `length` are bytes of that text.
struct CompileError {
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string code;     // a short stable name, as in error[code]: syntax, unknown-function, unknown-variable, ...
  std::string message;  // what was found and what was expected
  std::string hint;     // what to write instead; may be empty
};

/// What an expression sees besides its input.
struct Environment {
  /// Variables whose value is known when it is compiled ($params, $ENV, $flow, $secrets). Values outlive the program.
  std::vector<std::pair<std::string, Value>> constants;
  /// Variables given with each evaluation, by their slot (`key`, `time`, `meta`, then the operator's own: `acc`, ...).
  std::vector<std::string> variables;
  /// jq definitions visible in the expression, and their text's name in messages.
  std::string functions;
  /// Names of constants that are objects (`ENV`, `params`, `secrets`): a field of such a one that is read by a constant name
  /// (`$params.x`, `$params["x"]`) must be there, except on the left of `//`. Codes: unset-environment for ENV,
  /// unknown-parameter for params, unknown-secret for secrets; the hint names the nearest field there is.
  std::vector<std::string> strict;
  /// `debug`, `stderr`, `input` ... are there (`flowrun eval`).
  bool interactive = false;
};

/// The slots that every expression over a record has.
enum RecordVariable : std::size_t { key_variable, time_variable, meta_variable, first_own_variable };

/// A compiled expression. Immutable; shared by all workers.
class Program {
 public:
  struct Tree;  // the typed tree; private to expr/

  explicit Program(std::unique_ptr<const Tree> tree);
  ~Program();

  /// What it reads of its input.
  const Projection& reads() const;
  /// Whether it reads the variable of that slot.
  bool reads_variable(std::size_t slot) const;
  /// Its output is its input, unchanged, for every input.
  bool is_identity() const;
  /// It has one output at most, for every input.
  bool is_single() const;
  /// The parsed expression with definitions inlined, without blanks and comments: equal texts compute the same.
  const std::string& canonical_text() const;

  /// Its one output where that needs no machine, as of fields, conditions of numbers and records of them. Nothing: it does, for
  /// this input. What it allocates is in `arena`.
  Value shortcut(const Value& input, Arena& arena) const;

  const Tree& tree() const { return *tree_; }

 private:
  std::unique_ptr<const Tree> tree_;
};

/// Every fault of the text at once, or the program.
Result<std::shared_ptr<const Program>, std::vector<CompileError>> compile(std::string_view text,
                                                                          const Environment& environment);
/// The same for a text with `\( )` interpolations: its output is a text.
Result<std::shared_ptr<const Program>, std::vector<CompileError>> compile_interpolation(std::string_view text,
                                                                                        const Environment& environment);

/// How many outputs an evaluation had. After `error` the machine knows the message.
enum class Outputs : std::uint8_t { none, one, several, error };

/// The outcome of an evaluation that expects one output at most; `value` is the first.
struct Outcome {
  Outputs outputs;
  Value value;
};

struct Budget {
  std::uint64_t steps = 10'000'000;
  std::size_t bytes = 64 * 1024 * 1024;
};

/// Evaluates programs; holds stacks, caches and the budget. One per worker; one thread at a time. Runs on any stack:
/// where the stack is nearly used up an evaluation ends in an error.
class Machine {
 public:
  explicit Machine(Budget budget = {});
  ~Machine();

  /// One evaluation. `variables` are in the order of Environment::variables; those that the program does not read may
  /// be nothing. Results live in `arena` or share the memory of the inputs and of the program. Allocates nothing but
  /// in `arena`.
  Outcome one(const Program& program, const Value& input, std::span<const Value> variables, Arena& arena) {
    const Value value = program.shortcut(input, arena);
    if (!value.is_nothing()) [[likely]]
      return {Outputs::one, value};
    return in_full(program, input, variables, arena);
  }

  /// Appends all outputs to `outputs`. False: an error, whose message is there; outputs before it stay appended.
  bool each(const Program& program, const Value& input, std::span<const Value> variables, Arena& arena,
            std::vector<Value>& outputs);

  /// Of the latest evaluation that ended in an error. Valid until the next evaluation.
  std::string_view error() const;

  /// What `now` gives, until it is set again.
  void set_now(Time now);
  /// Where `debug` and `stderr` print to; nowhere before it is set.
  void set_print(std::function<void(std::string_view)> print);

 private:
  struct State;

  Outcome in_full(const Program& program, const Value& input, std::span<const Value> variables, Arena& arena);

  std::unique_ptr<State> state_;
};

}  // namespace flowrun::expr
