#include <algorithm>
#include <map>
#include <vector>

#include "expr/analysis.hpp"
#include "expr/builtins.hpp"
#include "expr/prelude.hpp"
#include "expr/stack.hpp"

namespace flowrun::expr {
namespace {

using FieldPath = std::vector<std::string>;
// The parts of the input that a value may be; none: it is computed.
using Origin = std::vector<FieldPath>;

// The definition whose body is looked at, with the arguments of its call and where those stand.
struct Scope {
  const Definition* definition = nullptr;
  const std::vector<Syntax*>* arguments = nullptr;
  const Scope* caller = nullptr;
  const Scope* outer = nullptr;
};

// Follows values through the expression without evaluating it. What is taken apart by constant names is followed on; what
// is used in any other way is read whole.
class Reads {
 public:
  Reads(Projection& reads, std::vector<bool>& given)
      : reads_(reads), given_(given), lowest_stack_(lowest_stack_address()) {}

  void find(const Definition& root) {
    const Scope scope{&root, nullptr, nullptr, nullptr};
    use(follow(*root.body, {FieldPath{}}, scope));
    if (!gave_up_) return;
    reads_ = Projection::everything();
    given_.assign(given_.size(), true);
  }

 private:
  static constexpr std::size_t most_parts_visited = 50000;  // calls are followed each time: that may grow without bound
  static constexpr std::size_t most_paths = 64;

  void use(const Origin& origin) {
    for (const FieldPath& path : origin) {
      Projection& part = at(path);
      part.whole = true;
      part.fields.clear();
    }
  }
  // That it is there, and its kind, is all that matters.
  void touch(const Origin& origin) {
    for (const FieldPath& path : origin) at(path);
  }
  Projection& at(const FieldPath& path) {
    Projection* part = &reads_;
    for (const auto& name : path)
      if (!part->whole) part = &part->field(name);
    return *part;
  }

  static Origin field_of(Origin origin, std::string_view name) {
    for (FieldPath& path : origin) path.emplace_back(name);
    return origin;
  }
  static void add(Origin& origin, const Origin& more) {
    for (const FieldPath& path : more)
      if (std::find(origin.begin(), origin.end(), path) == origin.end()) origin.push_back(path);
  }

  Origin follow(const Syntax& part, const Origin& in, const Scope& scope) {
    if (gave_up_ || ++visited_ > most_parts_visited || in.size() > most_paths || stack_is_low(lowest_stack_)) {
      gave_up_ = true;
      return {};
    }
    switch (part.kind) {
      case SyntaxKind::identity:
        return in;
      case SyntaxKind::descend:
      case SyntaxKind::format:
        return use(in), Origin{};
      case SyntaxKind::literal:
      case SyntaxKind::leave:
        return {};
      case SyntaxKind::access:
        return follow_access(part, in, scope);
      case SyntaxKind::object:
        return follow_object(part, in, scope);
      case SyntaxKind::pipe:
        return follow_pipe(part, in, scope);
      case SyntaxKind::comma:
        return follow_all(part, in, scope);
      case SyntaxKind::alternative: {
        const Origin out = follow_all(part, in, scope);
        return touch(out), out;
      }
      case SyntaxKind::either:
      case SyntaxKind::both:
        return touch(follow_all(part, in, scope)), Origin{};
      case SyntaxKind::condition:
        return follow_condition(part, in, scope);
      case SyntaxKind::attempt: {
        Origin out = follow(*part.parts[0], in, scope);
        if (part.parts.size() > 1) add(out, follow(*part.parts[1], {}, scope));
        return out;
      }
      case SyntaxKind::update:
        return use(in), use(follow_all(part, in, scope)), Origin{};
      case SyntaxKind::bind:
        bind(part, follow(*part.parts[0], in, scope), in, scope);
        return follow(*part.parts[1], in, scope);
      case SyntaxKind::reduce:
      case SyntaxKind::foreach:
        return follow_fold(part, in, scope);
      case SyntaxKind::label:
      case SyntaxKind::define:
        return follow(*part.parts[0], in, scope);
      case SyntaxKind::call:
        return follow_call(part, in, scope);
      case SyntaxKind::variable:
        return follow_variable(part);
      default:
        return use(follow_all(part, in, scope)), Origin{};  // text, array, operators: all of each operand
    }
  }

  Origin follow_all(const Syntax& part, const Origin& in, const Scope& scope) {
    Origin out;
    for (const Syntax* const inner : part.parts) add(out, follow(*inner, in, scope));
    return out;
  }

  Origin follow_pipe(const Syntax& part, const Origin& in, const Scope& scope) {
    Origin value = in;
    for (const Syntax* const stage : part.parts) value = follow(*stage, value, scope);
    return value;
  }

  Origin follow_access(const Syntax& part, const Origin& in, const Scope& scope) {
    Origin value = part.has_target ? follow(*part.parts[0], in, scope) : in;
    for (const PathStep& step : part.steps) {
      if (step.key != nullptr) use(follow(*step.key, in, scope));
      if (step.to != nullptr) use(follow(*step.to, in, scope));
      if (step.kind == PathStep::Kind::field) {
        value = field_of(std::move(value), step.name.as_text());
      } else {
        use(value);
        value.clear();
      }
    }
    touch(value);
    return value;
  }

  Origin follow_object(const Syntax& part, const Origin& in, const Scope& scope) {
    for (std::size_t i = 0; i < part.parts.size(); i += 2) {
      const Syntax& key = *part.parts[i];
      use(follow(key, in, scope));
      if (part.parts[i + 1] != nullptr)
        use(follow(*part.parts[i + 1], in, scope));
      else
        use(key.kind == SyntaxKind::literal && key.value.is_text() ? field_of(in, key.value.as_text()) : in);
    }
    return {};
  }

  Origin follow_condition(const Syntax& part, const Origin& in, const Scope& scope) {
    Origin out;
    std::size_t i = 0;
    for (; i + 1 < part.parts.size(); i += 2) {
      touch(follow(*part.parts[i], in, scope));
      add(out, follow(*part.parts[i + 1], in, scope));
    }
    add(out, i < part.parts.size() ? follow(*part.parts[i], in, scope) : in);
    return out;
  }

  void bind(const Syntax& part, const Origin& value, const Origin& in, const Scope& scope) {
    for (const Pattern* const pattern : part.patterns) bind_pattern(*pattern, value, in, scope);
  }
  void bind_pattern(const Pattern& pattern, const Origin& value, const Origin& in, const Scope& scope) {
    if (pattern.variable != nullptr) add(variables_[pattern.variable], value);
    if (pattern.kind == Pattern::Kind::array) use(value);
    for (const auto& entry : pattern.entries) {
      Origin inner;
      if (entry.key != nullptr && entry.key->kind == SyntaxKind::literal && entry.key->value.is_text()) {
        inner = field_of(value, entry.key->value.as_text());
        touch(inner);
      } else if (entry.key != nullptr) {
        use(follow(*entry.key, in, scope));
        use(value);
      }
      if (entry.variable != nullptr) add(variables_[entry.variable], inner);
      if (entry.value != nullptr) bind_pattern(*entry.value, inner, in, scope);
    }
  }

  // The state goes round, so where it comes from is not followed.
  Origin follow_fold(const Syntax& part, const Origin& in, const Scope& scope) {
    bind(part, follow(*part.parts[0], in, scope), in, scope);
    use(follow(*part.parts[1], in, scope));
    use(follow(*part.parts[2], {}, scope));
    if (part.parts.size() > 3) use(follow(*part.parts[3], {}, scope));
    return {};
  }

  Origin follow_variable(const Syntax& part) {
    if (part.variable != nullptr) return variables_[part.variable];
    given_[part.slot] = true;
    return {};
  }

  Origin follow_call(const Syntax& part, const Origin& in, const Scope& scope) {
    if (part.parameter_of != nullptr) {
      const Scope* called = &scope;
      while (called->definition != part.parameter_of) called = called->outer;
      return follow(*(*called->arguments)[part.parameter], in, *called->caller);
    }
    if (part.builtin != nullptr && part.builtin->definition.empty()) return follow_builtin(part, in, scope);
    const Definition& definition = part.builtin != nullptr ? prelude_definition(*part.builtin) : *part.definition;
    if (std::find(active_.begin(), active_.end(), &definition) != active_.end()) {
      use(in);
      use(follow_all(part, in, scope));
      return {};
    }
    for (std::size_t i = 0; i < part.parts.size(); ++i)
      if (definition.parameters[i].is_value)
        add(variables_[definition.parameters[i].variable], follow(*part.parts[i], in, scope));
    const Scope* outer = &scope;
    while (outer != nullptr && outer->definition != definition.outer) outer = outer->outer;
    const Scope inner{&definition, &part.parts, &scope, outer};
    active_.push_back(&definition);
    Origin out = follow(*definition.body, in, inner);
    active_.pop_back();
    return out;
  }

  Origin follow_builtin(const Syntax& part, const Origin& in, const Scope& scope) {
    const auto name = part.builtin->name;
    const auto is = [&](std::initializer_list<std::string_view> names) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    if (is({"empty", "now", "nan", "infinite", "have_decnum", "builtins"})) return {};
    if (is({"type", "not"})) return touch(in), Origin{};
    if (is({"values", "nulls", "booleans", "numbers", "strings", "arrays", "objects", "iterables", "scalars"}))
      return touch(in), in;
    if (name == "select") return touch(follow(*part.parts[0], in, scope)), in;
    if (is({"first", "last", "limit", "skip"}) && !part.parts.empty()) {
      if (part.parts.size() > 1) use(follow(*part.parts[0], in, scope));
      return follow(*part.parts.back(), in, scope);
    }
    if (is({"range", "error"}) && !part.parts.empty()) return use(follow_all(part, in, scope)), Origin{};
    if (is({"any", "all"}) && part.parts.size() == 2) {
      touch(follow(*part.parts[1], follow(*part.parts[0], in, scope), scope));
      return {};
    }
    if (name == "has" && part.parts[0]->kind == SyntaxKind::literal && part.parts[0]->value.is_text())
      return touch(field_of(in, part.parts[0]->value.as_text())), Origin{};
    use(in);
    use(follow_all(part, in, scope));
    return {};
  }

  Projection& reads_;
  std::vector<bool>& given_;
  const char* lowest_stack_;
  std::map<const Variable*, Origin> variables_;
  std::vector<const Definition*> active_;
  std::size_t visited_ = 0;
  bool gave_up_ = false;
};

}  // namespace

void find_reads(const Definition& root, std::size_t given_variables, Program::Tree& tree) {
  tree.given_variables.assign(given_variables, false);
  Reads(tree.reads, tree.given_variables).find(root);
}

bool is_identity(const Syntax& part) {
  if (part.kind == SyntaxKind::define) return is_identity(*part.parts[0]);
  if (part.kind != SyntaxKind::pipe) return part.kind == SyntaxKind::identity;
  return std::all_of(part.parts.begin(), part.parts.end(), [](const Syntax* stage) { return is_identity(*stage); });
}

}  // namespace flowrun::expr
