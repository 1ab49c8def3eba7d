#include "expr/prelude.hpp"

#include <cassert>
#include <map>

#include "expr/parser.hpp"
#include "expr/resolver.hpp"

namespace flowrun::expr {
namespace {

// All of them are parsed at the first use; a fault in one is a bug.
class Prelude {
 public:
  Prelude() {
    tree_.arena = &arena_;
    Environment everything;
    everything.interactive = true;
    std::vector<CompileError> faults;
    for (const Builtin* const builtin : builtins()) {
      if (builtin->definition.empty()) continue;
      Parser parser(builtin->definition, tree_);
      const auto parsed = parser.parse_definitions();
      assert(parser.faults().empty() && parsed.size() == 1);
      Resolver(everything, tree_, faults).resolve_definition_alone(*parsed[0]);
      assert(faults.empty());
      definitions_[builtin] = parsed[0];
    }
  }
  Definition& find(const Builtin& builtin) const { return *definitions_.at(&builtin); }

 private:
  Arena arena_;
  SyntaxTree tree_;
  std::map<const Builtin*, Definition*> definitions_;
};

}  // namespace

Definition& prelude_definition(const Builtin& builtin) {
  static const auto* const prelude = new Prelude;  // never destroyed: programs of other threads may outlive main
  return prelude->find(builtin);
}

}  // namespace flowrun::expr
