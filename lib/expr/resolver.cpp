#include "expr/resolver.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "expr/builtins.hpp"
#include "expr/formats.hpp"
#include "expr/operations.hpp"
#include "expr/regex.hpp"
#include "expr/stack.hpp"

namespace flowrun::expr {

Resolver::Resolver(const Environment& environment, SyntaxTree& tree, std::vector<CompileError>& faults)
    : environment_(environment), tree_(tree), faults_(faults), lowest_stack_(lowest_stack_address()) {}

void Resolver::resolve_root(Definition& root) { resolve(*root.body, root); }

void Resolver::resolve_definition_alone(Definition& definition) {
  names_.push_back({NameKind::function, definition.name, definition.parameters.size(), nullptr, &definition, 0});
  resolve_body(definition, nullptr);
  names_.clear();
}

void Resolver::resolve(Syntax& part, Definition& in) {
  if (too_deep(part)) return;
  switch (part.kind) {
    case SyntaxKind::access:
      return resolve_access(part, in);
    case SyntaxKind::alternative:
      return resolve_alternative(part, in);
    case SyntaxKind::define:
      return resolve_definitions(part, in);
    case SyntaxKind::bind:
    case SyntaxKind::reduce:
    case SyntaxKind::foreach:
      return resolve_binding(part, in);
    case SyntaxKind::label:
      return resolve_label(part, in);
    case SyntaxKind::leave:
      return resolve_leave(part);
    case SyntaxKind::call:
      return resolve_call(part, in);
    case SyntaxKind::variable:
      return resolve_variable(part);
    case SyntaxKind::object:
      resolve_parts(part, in);
      for (std::size_t i = 0; i < part.parts.size(); i += 2) check_key(*part.parts[i]);
      return;
    case SyntaxKind::text:
    case SyntaxKind::format:
      return resolve_text(part, in);
    default:
      return resolve_parts(part, in);
  }
}

void Resolver::resolve_parts(Syntax& part, Definition& in) {
  for (Syntax* const inner : part.parts)
    if (inner != nullptr) resolve(*inner, in);
}

void Resolver::resolve_text(Syntax& part, Definition& in) {
  if (!part.name.empty() && !find_format(part.name)) {
    faults_.push_back({part.offset, part.name.size(), "unknown-format", "`" + part.name + "` is not a format",
                       "formats are @text @json @csv @tsv @html @uri @urid @sh @base64 @base64d @base32 @base32d"});
  }
  resolve_parts(part, in);
}

void Resolver::resolve_access(Syntax& part, Definition& in) {
  resolve_parts(part, in);
  for (PathStep& step : part.steps) {
    if (step.key != nullptr) resolve(*step.key, in);
    if (step.to != nullptr) resolve(*step.to, in);
  }
  fold_access(part);
}

// A field of a variable whose value is known is a literal; a field that such a variable does not have is a fault.
void Resolver::fold_access(Syntax& part) {
  if (!part.has_target || part.parts[0]->kind != SyntaxKind::literal || part.parts[0]->name.empty()) return;
  const std::string constant = part.parts[0]->name;
  Value value = part.parts[0]->value;
  for (std::size_t i = 0; i < part.steps.size(); ++i) {
    const PathStep& step = part.steps[i];
    if (step.kind != PathStep::Kind::field || value.kind() != Kind::object) return;
    const Value* const found = find(value, step.name.as_text());
    if (i == 0 && found == nullptr) report_unknown_field(part, constant, value, step.name);
    value = found != nullptr ? *found : Value::null();
  }
  part.kind = SyntaxKind::literal;
  part.value = value;
  part.steps.clear();
  part.parts.clear();
}

void Resolver::resolve_alternative(Syntax& part, Definition& in) {
  const bool before = may_be_unset_;
  for (std::size_t i = 0; i < part.parts.size(); ++i) {
    may_be_unset_ = before || i + 1 < part.parts.size();
    resolve(*part.parts[i], in);
  }
  may_be_unset_ = before;
}

void Resolver::resolve_definitions(Syntax& part, Definition& in) {
  const std::size_t mark = names_.size();
  for (Definition* const definition : part.definitions) {
    names_.push_back({NameKind::function, definition->name, definition->parameters.size(), nullptr, definition, 0});
    resolve_body(*definition, &in);
  }
  resolve_parts(part, in);
  names_.resize(mark);
}

void Resolver::resolve_body(Definition& definition, Definition* outer) {
  const std::size_t mark = names_.size();
  definition.outer = outer;
  definition.depth = outer != nullptr ? outer->depth + 1 : 0;
  for (std::size_t i = 0; i < definition.parameters.size(); ++i) {
    auto& parameter = definition.parameters[i];
    names_.push_back({NameKind::parameter, parameter.name, 0, nullptr, &definition, i});
    if (!parameter.is_value) continue;
    parameter.variable = new_variable(parameter.name, definition);
    names_.push_back({NameKind::variable, parameter.name, 0, parameter.variable, nullptr, 0});
  }
  resolve(*definition.body, definition);
  names_.resize(mark);
}

void Resolver::resolve_binding(Syntax& part, Definition& in) {
  const std::size_t mark = names_.size();
  resolve(*part.parts[0], in);
  if (part.kind != SyntaxKind::bind) resolve(*part.parts[1], in);
  for (Pattern* const pattern : part.patterns) bind_pattern(part, *pattern, in);
  for (Pattern* const pattern : part.patterns) resolve_pattern_keys(*pattern, in);
  for (std::size_t i = part.kind == SyntaxKind::bind ? 1 : 2; i < part.parts.size(); ++i) resolve(*part.parts[i], in);
  names_.resize(mark);
}

void Resolver::bind_pattern(Syntax& part, Pattern& pattern, Definition& in) {
  if (pattern.kind == Pattern::Kind::variable) pattern.variable = bind_variable(part, pattern.name, in);
  for (auto& entry : pattern.entries) {
    if (!entry.variable_name.empty()) entry.variable = bind_variable(part, entry.variable_name, in);
    if (entry.value != nullptr) bind_pattern(part, *entry.value, in);
  }
}

// A constant that can never be a key.
void Resolver::check_key(const Syntax& key) {
  if (key.kind != SyntaxKind::literal || key.value.is_text() || !key.name.empty()) return;
  faults_.push_back({key.offset, key.length, "bad-key",
                     fmt::format("Cannot use {} ({}) as object key", kind_name(key.value), shortened(key.value)),
                     "keys are text"});
}

void Resolver::resolve_pattern_keys(Pattern& pattern, Definition& in) {
  for (auto& entry : pattern.entries) {
    if (entry.key != nullptr) resolve(*entry.key, in), check_key(*entry.key);
    if (entry.value != nullptr) resolve_pattern_keys(*entry.value, in);
  }
}

// A name that stands twice in the patterns of one binding is one variable.
Variable* Resolver::bind_variable(Syntax& part, const std::string& name, Definition& in) {
  for (Variable* const known : part.bound)
    if (known->name == name) return known;
  Variable* const variable = new_variable(name, in);
  part.bound.push_back(variable);
  names_.push_back({NameKind::variable, name, 0, variable, nullptr, 0});
  return variable;
}

Variable* Resolver::new_variable(const std::string& name, Definition& owner) {
  return &tree_.variables.emplace_back(Variable{name, &owner, owner.slots++});
}

void Resolver::resolve_label(Syntax& part, Definition& in) {
  part.variable = new_variable(part.name, in);
  names_.push_back({NameKind::label, part.name, 0, part.variable, nullptr, 0});
  resolve_parts(part, in);
  names_.pop_back();
}

void Resolver::resolve_leave(Syntax& part) {
  const auto found = std::find_if(names_.rbegin(), names_.rend(), [&](const Name& name) {
    return name.kind == NameKind::label && name.name == part.name;
  });
  if (found != names_.rend()) {
    part.variable = found->variable;
    return;
  }
  part.is_fault = true;
  faults_.push_back({part.offset, part.length, "unknown-label", "`$" + part.name + "` is not a label here",
                     "write `label $" + part.name + " | ...` around it"});
}

const Resolver::Name* Resolver::find_function(const std::string& name, std::size_t arity) const {
  const auto found = std::find_if(names_.rbegin(), names_.rend(), [&](const Name& known) {
    return (known.kind == NameKind::function || known.kind == NameKind::parameter) && known.name == name &&
           known.arity == arity;
  });
  return found != names_.rend() ? &*found : nullptr;
}

void Resolver::resolve_call(Syntax& part, Definition& in) {
  const std::size_t arity = part.parts.size();
  if (const Name* const found = find_function(part.name, arity); found != nullptr) {
    (found->kind == NameKind::function ? part.definition : part.parameter_of) = found->definition;
    part.parameter = found->parameter;
  } else if (part.name == "env" && arity == 0) {
    part.kind = SyntaxKind::variable;
    part.name = "ENV";
    return resolve_variable(part);
  } else if (part.builtin = find_builtin(part.name, arity);
             part.builtin == nullptr ||
             (!environment_.interactive && (part.name == "debug" || part.name == "stderr"))) {
    report_unknown_function(part);
    part.is_fault = true;
  }
  resolve_parts(part, in);
  check_regex(part);
}

// A constant pattern that is wrong is a fault of the text, not of every record.
void Resolver::check_regex(const Syntax& part) {
  constexpr std::string_view functions[] = {"test", "match", "capture", "scan", "splits", "sub", "gsub", "split"};
  const bool is_plain_split = part.name == "split" && part.parts.size() == 1;
  const bool searches = part.builtin != nullptr && !is_plain_split &&
                        std::find(std::begin(functions), std::end(functions), part.name) != std::end(functions);
  if (!searches || part.parts[0]->kind != SyntaxKind::literal || !part.parts[0]->value.is_text()) return;
  const bool replaces = part.name == "sub" || part.name == "gsub";
  const std::size_t flags = replaces ? 2 : 1;
  Value given = Value::null();
  if (flags < part.parts.size() && part.parts[flags]->kind == SyntaxKind::literal) given = part.parts[flags]->value;
  const auto fault =
      regex_fault(part.parts[0]->value.as_text(), given.is_text() ? given.as_text() : std::string_view());
  const Syntax& pattern = *part.parts[0];
  if (!fault.empty()) faults_.push_back({pattern.offset, pattern.length, "bad-regex", fault, ""});
}

void Resolver::resolve_variable(Syntax& part) {
  for (auto name = names_.rbegin(); name != names_.rend(); ++name) {
    if (name->kind != NameKind::variable || name->name != part.name) continue;
    part.variable = name->variable;
    return;
  }
  const auto given = std::find(environment_.variables.begin(), environment_.variables.end(), part.name);
  if (given != environment_.variables.end()) {
    part.slot = static_cast<std::size_t>(given - environment_.variables.begin());
    return;
  }
  for (const auto& [name, value] : environment_.constants) {
    if (name != part.name) continue;
    part.kind = SyntaxKind::literal;
    part.value = value;
    return;
  }
  report_unknown_variable(part);
}

bool Resolver::too_deep(const Syntax& part) {
  if (!stack_is_low(lowest_stack_)) return false;
  const bool reported = !faults_.empty() && faults_.back().code == "nesting";
  if (!reported)
    faults_.push_back(
        {part.offset, part.length, "nesting", "the expression is nested too deeply", "at most 10000 levels"});
  return true;
}

}  // namespace flowrun::expr
