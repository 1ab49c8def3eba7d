#include "expr/analysis.hpp"

namespace flowrun::expr {

void analyse(const Definition& root, std::size_t given_variables, Program::Tree& tree) {
  tree.reads = Projection::everything();
  tree.given_variables.assign(given_variables, true);
  tree.is_identity = root.body->kind == SyntaxKind::identity;
}

}  // namespace flowrun::expr
