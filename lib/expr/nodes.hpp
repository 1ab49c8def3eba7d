#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "expr/evaluation.hpp"
#include "expr/syntax.hpp"

/// Makes the nodes of compiled expressions. A node does not own those that it leads to: the program owns all of them, flat.
namespace flowrun::expr {

using NodePtr = std::unique_ptr<const Node>;

inline bool all_single(const std::vector<const Node*>& nodes) {
  return std::all_of(nodes.begin(), nodes.end(), [](const Node* node) { return node->is_single(); });
}

// access.cpp

struct AccessStep {
  PathStep::Kind kind = PathStep::Kind::field;
  bool optional = false;
  Value name;                 // of a field; a constant key
  const Node* key = nullptr;  // of an index; the begin of a slice, or null
  const Node* to = nullptr;   // the end of a slice, or null
};
/// `target` null: of the input.
NodePtr make_access(const Node* target, std::vector<AccessStep> steps);
NodePtr make_identity();
NodePtr make_descend();

// construction.cpp

NodePtr make_literal(const Value& value);
NodePtr make_array(const Node* items);
/// Keys and values; a null value stands for `.[key]`.
NodePtr make_object(std::vector<std::pair<const Node*, const Node*>> entries);
/// `format` with its @, or empty for @text; literals and expressions in turn.
NodePtr make_text(const std::string& format, std::vector<const Node*> parts);
/// The input in a format; null where there is no such format.
NodePtr make_format(const std::string& format);

// calculation.cpp

NodePtr make_calculation(std::vector<const Node*> operands, std::vector<Operator> operators);
/// `. + addend`, where nobody needs the input afterwards: an array or object grows in its place.
NodePtr make_growth(const Node* addend);
NodePtr make_negation(const Node* operand);

// condition.cpp

NodePtr make_comparison(Operator operation, const Node* left, const Node* right);
/// `and` (all) or `or` (any) of the operands.
NodePtr make_both(std::vector<const Node*> operands);
NodePtr make_either(std::vector<const Node*> operands);

// control.cpp

NodePtr make_pipe(std::vector<const Node*> stages);
NodePtr make_comma(std::vector<const Node*> items);
NodePtr make_alternative(std::vector<const Node*> choices);
/// Conditions and branches in turn, then the last else, which may be missing.
NodePtr make_condition(std::vector<const Node*> parts);
/// `handler` null: an error is no output.
NodePtr make_attempt(const Node* body, const Node* handler);
/// The label's identity is kept in a variable of the frame.
NodePtr make_label(std::size_t slot, const Node* body);
NodePtr make_leave(std::size_t hops, std::size_t slot);

// binding.cpp

/// What one pattern does with a value: a variable takes it, or parts of it go to other patterns.
struct Destructuring {
  struct Entry {
    const Node* key = nullptr;  // of an object; an array goes by position
    bool has_slot = false;      // the part goes to a variable,
    std::size_t slot = 0;
    std::unique_ptr<const Destructuring> value;  // and perhaps on to a pattern
  };
  Pattern::Kind kind = Pattern::Kind::variable;
  std::size_t slot = 0;
  std::vector<Entry> entries;
};
/// Several patterns are tried one after the other; `slots` are all variables of all of them.
struct Binding {
  std::vector<Destructuring> patterns;
  std::vector<std::size_t> slots;
};
NodePtr make_bind(const Node* source, Binding binding, const Node* body);
NodePtr make_reduce(const Node* source, Binding binding, const Node* start, const Node* update);
/// `extract` may be null.
NodePtr make_foreach(const Node* source, Binding binding, const Node* start, const Node* update, const Node* extract);
NodePtr make_variable(std::size_t hops, std::size_t slot);
/// A variable given with each evaluation.
NodePtr make_given_variable(std::size_t slot);

// calls.cpp

/// A definition's compiled body; filled in after the calls of it were made, since it may call itself.
struct Function {
  const Node* body = nullptr;
  std::size_t variables = 0;             // of its frame
  std::vector<bool> parameter_is_value;  // of each parameter
  std::vector<std::size_t> value_slots;  // the variables of the value parameters, in order
};
/// `hops` lead to the frame of the definition around the called one.
NodePtr make_call(const Function* function, std::size_t hops, std::vector<const Node*> arguments, bool single);
/// The same of the function in whose body it stands, in tail position, where that has one output at most and no closures
/// among at most `most_tail_arguments` parameters.
NodePtr make_tail_call(const Function* function, std::size_t hops, std::vector<const Node*> arguments);
/// A call of a parameter: of the closure `index` in the frame `hops` away.
NodePtr make_closure_call(std::size_t hops, std::size_t index);
/// A builtin that computes one value from its input and its arguments.
using NativeFunction = Value (*)(Evaluation& run, const Value& input, const Value* arguments);
NodePtr make_native_call(NativeFunction function, std::vector<const Node*> arguments, bool first_outermost);

// assignment.cpp

/// `consumes`: nobody needs the input afterwards, so it may be changed in its place where this evaluation made it.
NodePtr make_update(Operator operation, const Node* paths, const Node* value, bool consumes);

}  // namespace flowrun::expr
