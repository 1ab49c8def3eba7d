#include "expr/program.hpp"

#include <algorithm>

#include "expr/analysis.hpp"
#include "expr/generator.hpp"
#include "expr/operations.hpp"
#include "expr/parser.hpp"
#include "expr/resolver.hpp"
#include "expr/tree.hpp"

namespace flowrun::expr {
namespace {

using Compilation = Result<std::shared_ptr<const Program>, std::vector<CompileError>>;

// The definitions that the expression sees stand around it, as if they were written before it.
Syntax* with_functions(const Environment& environment, Syntax* expression, SyntaxTree& syntax,
                       std::vector<CompileError>& faults) {
  if (environment.functions.empty()) return expression;
  Parser parser(environment.functions, syntax);
  auto definitions = parser.parse_definitions();
  if (!parser.faults().empty()) {
    CompileError fault = parser.faults()[0];
    faults.push_back({0, 0, fault.code, "in the functions: " + fault.message, fault.hint});
    return nullptr;
  }
  Syntax& whole = syntax.parts.emplace_back();
  whole.kind = SyntaxKind::define;
  whole.definitions = std::move(definitions);
  whole.parts.push_back(expression);
  return &whole;
}

void find_shortcut(bool is_identity, Program::Tree& tree) {
  tree.record = tree.root->quick_record();
  if (const Value* const field = tree.root->field(); field != nullptr) tree.field = *field;
  if (is_identity)
    tree.shortcut = Shortcut::identity;
  else if (!tree.field.is_nothing())
    tree.shortcut = Shortcut::field;
  else if (tree.record != nullptr)
    tree.shortcut = Shortcut::record;
  else if (tree.root->is_quick())
    tree.shortcut = Shortcut::quick;
}

Compilation compile_parsed(Parser& parser, Syntax* expression, SyntaxTree& syntax, const Environment& environment) {
  if (expression == nullptr) return parser.faults();
  std::vector<CompileError> faults;
  Definition& root = syntax.definitions.emplace_back();
  root.body = with_functions(environment, expression, syntax, faults);
  if (root.body != nullptr) Resolver(environment, syntax, faults).resolve_root(root);
  if (!faults.empty()) {
    std::stable_sort(faults.begin(), faults.end(),
                     [](const CompileError& left, const CompileError& right) { return left.offset < right.offset; });
    return faults;
  }
  auto tree = std::make_unique<Program::Tree>();
  Generator(*tree).generate_root(root);
  find_reads(root, environment.variables.size(), *tree);
  find_shortcut(is_identity(*root.body), *tree);
  tree->canonical_text = canonical_text(root);
  return std::make_shared<const Program>(std::move(tree));
}

}  // namespace

Program::Program(std::unique_ptr<const Tree> tree) : tree_(std::move(tree)) {}
Program::~Program() = default;

const Projection& Program::reads() const { return tree_->reads; }
bool Program::reads_variable(std::size_t slot) const {
  return slot < tree_->given_variables.size() && tree_->given_variables[slot];
}
bool Program::is_single() const { return tree_->root->is_single(); }
bool Program::is_identity() const { return tree_->shortcut == Shortcut::identity; }
const std::string& Program::canonical_text() const { return tree_->canonical_text; }

Value Program::shortcut(const Value& input, Arena& arena) const {
  const Tree& tree = *tree_;
  switch (tree.shortcut) {
    case Shortcut::none:
      return {};
    case Shortcut::identity:
      return input;
    case Shortcut::field:
      return input.kind() == Kind::object ? flat(member_or_null(input, tree.field)) : Value();
    case Shortcut::quick:
      return tree.root->quick(input);
    case Shortcut::record:
      return tree.record->make(input, arena);
  }
  return {};
}

Compilation compile(std::string_view text, const Environment& environment) {
  Arena literals;
  SyntaxTree syntax;
  syntax.arena = &literals;
  Parser parser(text, syntax);
  return compile_parsed(parser, parser.parse_expression(), syntax, environment);
}

Compilation compile_interpolation(std::string_view text, const Environment& environment) {
  Arena literals;
  SyntaxTree syntax;
  syntax.arena = &literals;
  Parser parser(text, syntax);
  return compile_parsed(parser, parser.parse_interpolation(), syntax, environment);
}

}  // namespace flowrun::expr
