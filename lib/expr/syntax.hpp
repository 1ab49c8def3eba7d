#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "record/arena.hpp"
#include "record/value.hpp"

namespace flowrun::expr {

struct Builtin;
struct Definition;
struct Syntax;

/// What a part of an expression is; behind it what its `parts` and other members mean.
enum class SyntaxKind : std::uint8_t {
  identity,  // .
  descend,   // ..
  literal,   // value
  text,  // name: the format or nothing; parts: literals and interpolated expressions in turn, beginning with a literal
  format,       // name: with the @
  access,       // parts[0] if `has_target`, else of `.`; steps
  array,        // parts[0], or nothing for []
  object,       // parts: keys and values in turn; a value that is null is `.[key]`
  negate,       // -parts[0]
  pipe,         // parts in order
  comma,        // parts in order
  alternative,  // parts[0] // parts[1] // ...
  either,       // or
  both,         // and
  compare,      // parts[0] operators[0] parts[1]
  add,          // a chain of + and -
  multiply,     // a chain of * / %
  update,       // parts[0] operators[0] parts[1]
  bind,         // parts[0] as patterns | parts[1]
  reduce,       // parts: source, start, update
  foreach,      // parts: source, start, update, and perhaps what is emitted
  condition,    // parts: condition and branch in turn, then perhaps the last else
  attempt,      // try parts[0], catch parts[1] where it is there
  label,        // name; parts[0]
  leave,        // break $name
  call,         // name; parts: arguments
  variable,     // name
  define,       // definitions; parts[0] is where they are seen
};

enum class Operator : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  modulo,  // arithmetic
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,  // comparison
  assign,
  modify,
  update_add,
  update_subtract,
  update_multiply,
  update_divide,
  update_modulo,
  update_alternative
};
const char* symbol(Operator operation);

/// One step of a path: `.name`, `[key]`, `[from:to]`, `[]`, each perhaps with `?`.
struct PathStep {
  enum class Kind : std::uint8_t { field, index, slice, iterate };
  Kind kind = Kind::field;
  bool optional = false;
  Value name;             // of a field
  Syntax* key = nullptr;  // of an index; the begin of a slice, or null
  Syntax* to = nullptr;   // the end of a slice, or null
};

/// A variable bound somewhere in the expression, and where its value is kept.
struct Variable {
  std::string name;
  Definition* owner = nullptr;  // whose frame holds it
  std::size_t slot = 0;
};

/// What a destructuring binding takes apart: a variable, an array of patterns, or an object of keys and patterns.
struct Pattern {
  struct Entry {
    Syntax* key = nullptr;         // of an object: an expression whose output is the key
    Pattern* value = nullptr;      // null for `{$name}`
    Variable* variable = nullptr;  // of `{$name}` and `{$name: pattern}`: takes the value too
    std::string variable_name;
  };
  enum class Kind : std::uint8_t { variable, array, object };
  Kind kind = Kind::variable;
  std::string name;
  Variable* variable = nullptr;
  std::size_t offset = 0;
  std::size_t length = 0;
  std::vector<Entry> entries;
};

/// `def name(parameters): body;`
struct Definition {
  struct Parameter {
    std::string name;
    bool is_value = false;         // $name: bound to each output of its argument
    Variable* variable = nullptr;  // of a value
  };
  std::string name;
  std::vector<Parameter> parameters;
  Syntax* body = nullptr;
  std::size_t offset = 0;
  std::size_t length = 0;
  Definition* outer = nullptr;  // the definition around it
  std::size_t slots = 0;        // of variables in its frame
  std::size_t depth = 0;        // definitions around it
};

/// A part of an expression, as written, then as resolved: what its name stands for.
struct Syntax {
  SyntaxKind kind = SyntaxKind::identity;
  bool has_target = false;  // of an access
  bool is_fault = false;    // of a call or variable that stands for nothing; it was reported
  std::size_t offset = 0;   // bytes of the text
  std::size_t length = 0;
  std::string name;
  Value value;
  std::vector<Syntax*> parts;
  std::vector<Operator> operators;
  std::vector<PathStep> steps;
  std::vector<Pattern*> patterns;
  std::vector<Definition*> definitions;

  // What the resolver finds.
  Definition* definition = nullptr;    // of a call
  const Builtin* builtin = nullptr;    // of a call
  Definition* parameter_of = nullptr;  // of a call of a parameter: whose,
  std::size_t parameter = 0;           //   and which one
  Variable* variable = nullptr;        // of a variable that the expression binds
  std::size_t slot = 0;          // of a variable given with each evaluation, where there is neither variable nor value
  std::vector<Variable*> bound;  // by all patterns, in the order of their slots
};

/// Owns all parts of a program's syntax; they are freed flat, since chains of them may be very deep.
struct SyntaxTree {
  std::deque<Syntax> parts;
  std::deque<Pattern> patterns;
  std::deque<Definition> definitions;
  std::deque<Variable> variables;
  Arena* arena = nullptr;  // of literals
};

}  // namespace flowrun::expr
