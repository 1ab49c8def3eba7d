#pragma once

#include <map>
#include <vector>

#include "expr/program.hpp"
#include "expr/syntax.hpp"
#include "expr/tree.hpp"

namespace flowrun::expr {

/// Makes the nodes of a resolved expression.
class Generator {
 public:
  explicit Generator(Program::Tree& tree) : tree_(tree) {}

  /// Sets the tree's root.
  void generate_root(const Definition& root);

 private:
  struct Compiled {
    Function* function = nullptr;
    bool single = true;      // as assumed while the body is made, then as it is
    std::size_t number = 0;  // in the order of their beginning
    bool valid = false;      // the body fits what is known of the functions that it calls
  };

  const Node* generate(const Syntax& part, const Definition& in);
  /// The same for a part whose input nobody needs afterwards, so that updates may change it in its place.
  const Node* generate_consuming(const Syntax& part, const Definition& in);
  /// The same for a part whose output is that of the definition.
  const Node* generate_tail(const Syntax& part, const Definition& in);
  std::vector<const Node*> generate_parts(const Syntax& part, const Definition& in);
  const Node* generate_access(const Syntax& part, const Definition& in);
  const Node* generate_array(const Syntax& part, const Definition& in);
  const Node* generate_object(const Syntax& part, const Definition& in);
  const Node* generate_bind(const Syntax& part, const Definition& in);
  const Node* generate_fold(const Syntax& part, const Definition& in);
  const Node* generate_call(const Syntax& part, const Definition& in);
  const Node* generate_builtin(const Syntax& part, const Definition& in);
  const Node* call_definition(const Definition& definition, std::size_t hops, std::vector<const Node*> arguments);
  const Node* generate_variable(const Syntax& part, const Definition& in);
  Compiled& compiled(const Definition& definition);
  Binding generate_binding(const Syntax& part, const Definition& in);
  Destructuring generate_pattern(const Pattern& pattern, const Definition& in);

  const Node* own(NodePtr node);
  /// The output of a node whose parts are all constant, as a constant.
  const Node* folded(const Node* node);

  Program::Tree& tree_;
  std::map<const Definition*, Compiled> compiled_;
  std::size_t begun_ = 0;
};

}  // namespace flowrun::expr
