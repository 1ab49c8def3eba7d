#pragma once

#include <string>
#include <vector>

#include "expr/program.hpp"
#include "expr/syntax.hpp"

namespace flowrun::expr {

/// Finds what each name stands for: a definition, a parameter, a builtin, a variable, a label, a constant. Notes it in the
/// syntax and gives each variable its place in a frame. Goes on after a fault, so that all are reported.
class Resolver {
 public:
  Resolver(const Environment& environment, SyntaxTree& tree, std::vector<CompileError>& faults);

  /// `root.body` is an expression that nothing stands around.
  void resolve_root(Definition& root);
  /// A definition that sees nothing but the builtins and itself.
  void resolve_definition_alone(Definition& definition);

 private:
  enum class NameKind : std::uint8_t { variable, function, parameter, label };
  struct Name {
    NameKind kind;
    std::string name;
    std::size_t arity = 0;
    Variable* variable = nullptr;
    Definition* definition = nullptr;  // the function, or whose parameter it is
    std::size_t parameter = 0;
  };

  void resolve(Syntax& part, Definition& in);
  void resolve_parts(Syntax& part, Definition& in);
  void resolve_access(Syntax& part, Definition& in);
  void resolve_alternative(Syntax& part, Definition& in);
  void resolve_definitions(Syntax& part, Definition& in);
  void resolve_body(Definition& definition, Definition* outer);
  void resolve_binding(Syntax& part, Definition& in);
  void bind_pattern(Syntax& part, Pattern& pattern, Definition& in);
  void resolve_pattern_keys(Pattern& pattern, Definition& in);
  void resolve_label(Syntax& part, Definition& in);
  void resolve_leave(Syntax& part);
  void resolve_call(Syntax& part, Definition& in);
  void check_regex(const Syntax& part);
  void check_key(const Syntax& key);
  void resolve_variable(Syntax& part);
  void resolve_text(Syntax& part, Definition& in);
  void fold_access(Syntax& part);

  Variable* new_variable(const std::string& name, Definition& owner);
  Variable* bind_variable(Syntax& part, const std::string& name, Definition& in);
  const Name* find_function(const std::string& name, std::size_t arity) const;
  void report_unknown_function(const Syntax& part);
  void report_unknown_variable(Syntax& part);
  void report_unknown_field(const Syntax& part, const std::string& constant, const Value& value, const Value& name);
  bool too_deep(const Syntax& part);

  const Environment& environment_;
  SyntaxTree& tree_;
  std::vector<CompileError>& faults_;
  std::vector<Name> names_;    // in sight, the innermost last
  bool may_be_unset_ = false;  // on the left of `//`
  const char* lowest_stack_;
};

}  // namespace flowrun::expr
